"""The only room that knows the database: values of `mercato.model` go in and come out, rows never leave."""
