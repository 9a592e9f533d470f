"""What happens to every request and answer on its way: politeness, validators, the guard of private addresses."""
