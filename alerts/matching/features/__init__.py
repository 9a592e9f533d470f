"""What the weighing looks at: features, each a name and the words that it rests on. See weighing.py for their points.

A feature's name says what was seen: “after1=rejoint” (the next word), “title:after=rejoint” (one of the next words, in
the title), “event=arrive.rejoindre” (the grammar's reading). Names are stable: the tables of points are keyed by them.
"""

from alerts.matching.features.company import company_of
from alerts.matching.features.movers import TOPIC, mover_features
from alerts.matching.features.pay import Figure, figures, pay_features
from alerts.matching.features.posts import Post, post_features, posts
from alerts.matching.features.scene import Features, Scene, Sight
from alerts.matching.features.sides import pattern_features, possible_sides, side_features
from alerts.matching.features.statuses import CONFIRMED, status_features

__all__ = [
    "CONFIRMED",
    "TOPIC",
    "Features",
    "Figure",
    "Post",
    "Scene",
    "Sight",
    "company_of",
    "figures",
    "mover_features",
    "pattern_features",
    "pay_features",
    "possible_sides",
    "post_features",
    "posts",
    "side_features",
    "status_features",
]
