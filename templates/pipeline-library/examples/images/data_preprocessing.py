"""Images, a line each: the label, then the pixels. Scaled to 0 to 1 and split by a fixed seed."""

from practicum_pipelines import InputDataset, OutputDataset


def data_preprocessing(
    dataset: InputDataset,
    train_set: OutputDataset,
    test_set: OutputDataset,
    shape: list[int],
    test_share: float = 0.2,
) -> None:
    import numpy
    from sklearn.model_selection import train_test_split

    lines = numpy.loadtxt(dataset.path, delimiter=",", skiprows=1, dtype="uint8")
    labels, pixels = lines[:, 0], lines[:, 1:].astype("float32") / 255
    images = pixels.reshape(-1, *shape)
    parts = train_test_split(images, labels, test_size=test_share, random_state=42, stratify=labels)
    train_x, test_x, train_y, test_y = parts
    for artifact, x, y in ((train_set, train_x, train_y), (test_set, test_x, test_y)):
        with artifact.path.open("wb") as file:
            numpy.savez(file, x=x, y=y)
