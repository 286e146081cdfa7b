"""What the page calls the parts, metrics and baselines whose short names stand in the files."""

PARTS = {
    "test": "Test",
    "test_before_retraining": "Test, before retraining",
    "test_best_epoch": "Test, best epoch",
    "validation": "Validation",
    "train": "Training",
}

BASELINES = {
    "majority": "Always the most frequent label",
    "most_frequent": "Always the most frequent labels",
    "all_zeros": "Never any label",
    "linear": "TF-IDF + logistic regression",
}

METRICS = {
    "rows": "Rows",
    "accuracy": "Accuracy",
    "micro_f1": "Micro-F1",
    "macro_f1": "Macro-F1",
    "weighted_f1": "Weighted F1",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "roc_auc": "ROC AUC",
    "average_precision": "Average precision",
    "precision_at_1": "Precision at 1",
    "precision_at_3": "Precision at 3",
    "precision_at_5": "Precision at 5",
    "ndcg_at_3": "nDCG at 3",
    "ndcg_at_5": "nDCG at 5",
    "subset_accuracy": "Subset accuracy",
    "sample_f1": "F1 per text",
    "hamming_loss": "Hamming loss",
    "binary_accuracy": "Binary accuracy",
    "all_zeros_binary_accuracy": "… of never any label",
    "labels_per_row": "Labels per text",
    "loss": "Loss",
    "calibration_error": "Calibration error",
    "calibration_error_before": "… before calibration",
    "calibration_error_if_perfect": "… by chance alone, at most",
}


def column(name: str) -> str:
    """Return what a column of the history is called.

    Example:
        >>> column("val_micro_f1"), column("accuracy"), column("épreuve")
        ('Validation micro-F1', 'Accuracy', 'épreuve')
    """
    shown = METRICS.get(name.removeprefix("val_"), name.removeprefix("val_"))
    if not name.startswith("val_"):
        return "Epoch" if name == "epoch" else shown
    return f"Validation {shown[:1].lower()}{shown[1:]}"


def panels(columns: set[str]) -> list[tuple[str, str, str]]:
    """Return what a history has curves for: title, column of training and of validation.

    Accuracy is drawn once, under the name that validation has for it.

    Example:
        >>> panels({"loss", "accuracy", "val_accuracy"})
        [('Loss', 'loss', 'val_loss'), ('Accuracy', 'accuracy', 'val_accuracy')]
        >>> [title for title, _, _ in panels({"accuracy", "val_binary_accuracy", "val_micro_f1"})]
        ['Binary accuracy', 'Micro-F1']
        >>> panels(set())
        []
    """
    binary = "val_binary_accuracy" in columns
    accuracy = "binary_accuracy" if binary else "accuracy"
    known = {"loss": "loss", "accuracy": accuracy, "micro_f1": "micro_f1", "macro_f1": "macro_f1"}
    found = [(METRICS[shown], training, f"val_{shown}") for training, shown in known.items()]
    return [each for each in found if columns & set(each[1:])]
