"""A table for learning: numbers alone, scaled, split by a fixed seed."""

from practicum_pipelines import InputDataset, OutputDataset


def data_preprocessing(
    dataset: InputDataset,
    train_set: OutputDataset,
    test_set: OutputDataset,
    drop: int = 0,
    balance: bool = False,
    test_share: float = 0.2,
) -> None:
    """The last column is the label. `drop` leaves out columns that say the same as others; they come first."""
    import pandas
    from sklearn.model_selection import train_test_split
    from sklearn.preprocessing import OrdinalEncoder, StandardScaler

    table = pandas.read_csv(dataset.path).drop_duplicates()
    table = table[table.columns[drop:]]
    label = table.columns[-1]
    words = [name for name in table.columns[:-1] if not pandas.api.types.is_numeric_dtype(table[name])]
    if words:
        table[words] = OrdinalEncoder().fit_transform(table[words])
    if balance:
        most = table[label].value_counts().max()
        parts = [part.sample(most, replace=True, random_state=42) for _, part in table.groupby(label)]
        table = pandas.concat(parts)
    train, test = train_test_split(table, test_size=test_share, random_state=42, stratify=table[label])
    features = list(table.columns[:-1])
    scaler = StandardScaler().fit(train[features])
    for part, artifact in ((train, train_set), (test, test_set)):
        scaled = pandas.DataFrame(scaler.transform(part[features]), columns=features)
        scaled[label] = part[label].to_numpy()
        scaled.to_csv(artifact.path, index=False)
