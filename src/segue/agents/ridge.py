"""Ridge regression on likenesses: from how alike texts are to a score per label.

With the likenesses K (n, n) of n examples and their targets Y (n, labels), the weights are A = G Y with
G = (K + damping I)^-1. G also says, without fitting again, what the model would have scored on an example,
or on all examples of a label, had it never seen them (for one row: Hastie, Tibshirani, Friedman, The Elements
of Statistical Learning, 2nd ed., section 7.10; blocks follow from the same inverse). That is what makes
confidence learnable from five examples a label.
"""

from segue.agents.arrays import Floats, Ints, np

NOTHING = -1
"""The label number of an example of what the desk does not do: its target is 0 for every label."""

DAMPING = 0.1
"""Chosen on the train and val parts of CLINC150 and banking77; flat from 0.05 to 0.3."""


class Ridge:
    """Learned from likenesses `alike` (n, n) in 0..1 and label numbers `labels` (n,), `NOTHING` included."""

    def __init__(self, alike: Floats, labels: Ints) -> None:
        self.labels = labels
        self.targets = (labels[:, None] == np.arange(labels.max() + 1)).astype(np.float64)
        self.inverse = np.linalg.inv(alike + DAMPING * np.eye(len(alike))).astype(np.float64, copy=False)
        self.weights: Floats = self.inverse @ self.targets

    def scores(self, alike: Floats) -> Floats:
        """Scores (labels,) of a text by its likeness (n,) to each example: near 1 for its label, else 0."""
        scores: Floats = alike @ self.weights
        return scores

    def unseen(self) -> Floats:
        """Scores (n, labels) of each example by a model that has not seen it."""
        unseen: Floats = self.targets - self.weights / self.inverse.diagonal()[:, None]
        return unseen

    def strangers(self) -> Floats:
        """Scores (n, labels) of each example by a model that knows nothing of its label.

        The column of its own label is minus infinity. Examples of `NOTHING` are left out.
        """
        parts = []
        for label in range(self.targets.shape[1]):
            rows = np.flatnonzero(self.labels == label)
            block = self.inverse[np.ix_(rows, rows)]
            scores = self.targets[rows] - np.linalg.solve(block, self.weights[rows])
            scores[:, label] = -np.inf
            parts.append(scores)
        return np.concatenate(parts)
