"""A model of scikit-learn, by its name in the metadata and the parameters there."""

from typing import Any

from practicum_pipelines import InputDataset, OutputModel


def model_training(train_set: InputDataset, model_file: OutputModel, model: str, params: dict[str, object]) -> None:
    import joblib
    import pandas
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.svm import SVC
    from sklearn.tree import DecisionTreeClassifier

    given: dict[str, Any] = dict(params)
    if "n_iter" in given:
        given["max_iter"] = given.pop("n_iter")
    makers = {
        "logistic_regression": LogisticRegression,
        "decision_tree": DecisionTreeClassifier,
        "random_forest": RandomForestClassifier,
        "svm": SVC,
    }
    # Support vectors are what comes out of the training; in the metadata they tell how long a prediction takes.
    given.pop("support_vectors", None)
    learner = makers[model](**given, random_state=42)
    table = pandas.read_csv(train_set.path)
    joblib.dump(learner.fit(table.iloc[:, :-1], table.iloc[:, -1]), model_file.path)
