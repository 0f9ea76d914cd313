using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Estimators;
using static SswpNas.MLNet.Tests.Estimators.SearchRefusalTests;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class CifarTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void TheFiveBatchesComeInTheirOrderAsPlanarPixels()
    {
        for (int batch = 1; batch <= 5; batch++) _folder.Write($"data_batch_{batch}.bin", Records(1, batch, batch + 1));
        _folder.Write("test_batch.bin", Records(1, 9));
        _folder.Write("batches.meta.txt", "ant\nbee\ncat\ndog\neel\nfly\ngnu\nhen\nibis\njay\n\n"u8.ToArray());

        IDataView train = _ml.SswpNas().LoadCifar10(_folder.Root);

        Assert.AreEqual(10, train.GetRowCount());
        CollectionAssert.AreEqual(
            new uint[] { 2, 3, 3, 4, 4, 5, 5, 6, 6, 7 }, train.GetColumn<uint>("Label").ToArray(), "keys count from 1");
        CollectionAssert.AreEqual(
            new[] { "ant", "bee", "cat", "dog", "eel", "fly", "gnu", "hen", "ibis", "jay" },
            LabelColumn.Of(train.Schema, "Label").ClassNames);
        PixelColumn column = PixelColumn.Of(train.Schema, "Pixels");
        Assert.AreEqual((new ImageShape(3, 32, 32), false), (column.Shape, column.IsInterleaved));
        float[] third = train.GetColumn<float[]>("Pixels").ElementAt(2);
        for (int i = 0; i < third.Length; i++) Assert.AreEqual(Pixel(2, i), third[i]);
        CollectionAssert.AreEqual(
            new uint[] { 10 }, _ml.SswpNas().LoadCifar10(_folder.Root, DatasetPart.Test).GetColumn<uint>("Label").ToArray());
    }

    [TestMethod]
    public void BothLabelsOfAHundredClassesAreRead()
    {
        _folder.Write("train.bin", Records(2, 7, 99));
        _folder.Write("test.bin", Records(2, 19));
        SswpNasCatalog sswp = _ml.SswpNas();

        IDataView fine = sswp.LoadCifar100(_folder.Root);
        IDataView coarse = sswp.LoadCifar100(_folder.Root, labels: Cifar100Labels.Coarse);

        CollectionAssert.AreEqual(new uint[] { 8, 100 }, fine.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new uint[] { 8, 20 }, coarse.GetColumn<uint>("Label").ToArray());
        Assert.HasCount(100, LabelColumn.Of(fine.Schema, "Label").ClassNames);
        Assert.AreEqual("19", LabelColumn.Of(coarse.Schema, "Label").ClassNames[^1]);
        Assert.AreEqual(20u, sswp.LoadCifar100(_folder.Root, DatasetPart.Test).GetColumn<uint>("Label").Single());
        float[] pixels = fine.GetColumn<float[]>("Pixels").ElementAt(1);
        Assert.AreEqual(Pixel(99, 3071), pixels[3071]);
    }

    [TestMethod]
    public void ASearchTakesThePixelsAsTheyAre()
    {
        _folder.Write("train.bin", Records(2, [.. Enumerable.Range(0, 24)]));

        using SswpNasSearchTransformer found = _ml.SswpNas()
            .Search(options: Tiny.Search with { BatchSize = 4, Epochs = 3 }).Fit(_ml.SswpNas().LoadCifar100(_folder.Root));

        Assert.AreEqual((32, 3), (found.Result.ImageSize, found.Result.ImageChannels));
    }

    [TestMethod]
    public void DamagedFilesAreNamedWithTheRecord()
    {
        Says<InvalidDataException>(() => _ml.SswpNas().LoadCifar10(_folder.Root), "data_batch_1.bin", "CIFAR-10", "unpacked folder");
        _folder.Write("train.bin", Records(2, 1, 2, 3)[..^1]);
        Says<InvalidDataException>(
            () => _ml.SswpNas().LoadCifar100(_folder.Root), "train.bin", "9221 bytes", "record 3 ends after 3073 of 3074", "download");
        _folder.Write("train.bin", []);
        Says<InvalidDataException>(() => _ml.SswpNas().LoadCifar100(_folder.Root), "train.bin", "empty");
        _folder.Write("train.bin", Records(2, 1, 100));
        Says<InvalidDataException>(() => _ml.SswpNas().LoadCifar100(_folder.Root), "Record 2", "label 100", "0 to 99");
        _folder.Write("train.bin", Records(2, 1));
        _folder.Write("fine_label_names.txt", "one\none\n"u8.ToArray());
        Says<InvalidDataException>(
            () => _ml.SswpNas().LoadCifar100(_folder.Root), "fine_label_names.txt", "2 lines", "1 different", "100 names");
        Assert.AreEqual(1, _ml.SswpNas().LoadCifar100(_folder.Root, labels: Cifar100Labels.Coarse).GetRowCount());
    }

    /// <summary>The last byte before the pixels is the label, the first of two its group, at most 19.</summary>
    private static byte[] Records(int labelBytes, params int[] labels) => [.. labels.SelectMany(label =>
    {
        byte[] before = labelBytes == 1 ? [(byte)label] : [(byte)Math.Min(label, 19), (byte)label];
        return before.Concat(Enumerable.Range(0, 3072).Select(i => Pixel(label, i)));
    })];

    private static byte Pixel(int label, int i) => (byte)((label * 31) + (i * 7) + (i / 1024));
}
