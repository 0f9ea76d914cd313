using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Data;
using static SswpNas.MLNet.Tests.Estimators.SearchRefusalTests;

namespace SswpNas.MLNet.Tests.Data;

[TestClass]
public sealed class TinyImageNetTests : IDisposable
{
    private static readonly string[] _classes = ["n03", "n01", "n02"];

    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();

    public TinyImageNetTests()
    {
        foreach (string name in _classes)
        {
            for (int i = 0; i < 2; i++) Image($"train/{name}/images/{name}_{i}.JPEG");
            Text($"train/{name}/{name}_boxes.txt", "boxes");
        }

        for (int i = 0; i < 4; i++) Image($"val/images/val_{i}.JPEG");
        Text("val/val_annotations.txt", "val_0.JPEG\tn03\t0\t0\t9\t9\nval_1.JPEG\tn01\t0\t0\t9\t9\r\nval_3.JPEG\tn02\nval_2.JPEG\tn01\n");
    }

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void BothPartsHaveTheSameClasses()
    {
        IDataView train = _ml.SswpNas().LoadTinyImageNet(_folder.Root);
        IDataView test = _ml.SswpNas().LoadTinyImageNet(_folder.Root, DatasetPart.Test);

        CollectionAssert.AreEqual(
            new[] { "n01_0", "n01_1", "n02_0", "n02_1", "n03_0", "n03_1" }, Names(train));
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2, 3, 3 }, train.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "val_1", "val_2", "val_3", "val_0" }, Names(test));
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 3 }, test.GetColumn<uint>("Label").ToArray());
        foreach (IDataView part in new[] { train, test })
            CollectionAssert.AreEqual(new[] { "n01", "n02", "n03" }, LabelColumn.Of(part.Schema, "Label").ClassNames);
    }

    [TestMethod]
    public void ClassesAreCalledByTheirWordsWhereThereAreAny()
    {
        Text("words.txt", "n00\tentity\nn01\tcrane\nn02\tcrane\nn03\tgoldfish, Carassius auratus\n");
        IDataView data = _ml.SswpNas().LoadTinyImageNet(_folder.Root);
        CollectionAssert.AreEqual(
            new[] { "crane (n01)", "crane (n02)", "goldfish, Carassius auratus" },
            LabelColumn.Of(data.Schema, "Label").ClassNames);
    }

    [TestMethod]
    public void ALimitTakesTheSameNumberOfEachClass()
    {
        IDataView data = _ml.SswpNas().LoadTinyImageNet(_folder.Root, options: new ImageFolderOptions { Limit = 3, Seed = 1 });
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3 }, data.GetColumn<uint>("Label").ToArray());
    }

    [TestMethod]
    public void WhatIsMissingOrDamagedIsNamed()
    {
        Text("val/val_annotations.txt", "val_0.JPEG\tn03\nval_1.JPEG\tn09\nval_2.JPEG\n../words.txt\tn01\nval_9.JPEG\tn01\n");
        Says<InvalidDataException>(
            () => _ml.SswpNas().LoadTinyImageNet(_folder.Root, DatasetPart.Test), "4 problems", "line 2, is 'val_1.JPEG\tn09'",
            "line 3, is 'val_2.JPEG'", "line 4, is '../words.txt", "val_9.JPEG' does not exist");
        File.Delete(Path.Combine(_folder.Root, "val/val_annotations.txt"));
        Says<InvalidDataException>(
            () => _ml.SswpNas().LoadTinyImageNet(_folder.Root, DatasetPart.Test), "no file", "val_annotations.txt");
        Directory.Delete(Path.Combine(_folder.Root, "train/n02/images"), recursive: true);
        _folder.Write("train/n01/images/n01_0.JPEG", [1, 2, 3]);
        Says<InvalidDataException>(
            () => _ml.SswpNas().LoadTinyImageNet(_folder.Root), "2 problems", "n02' has no folder 'images'", "n01_0.JPEG' is not an image");
        Says<InvalidDataException>(
            () => _ml.SswpNas().LoadTinyImageNet(Path.Combine(_folder.Root, "val")), "train' has no class folders", "Tiny-ImageNet");
    }

    private static string[] Names(IDataView data) =>
        [.. data.GetColumn<string>("ImagePath").Select(p => Path.GetFileNameWithoutExtension(p))];

    private void Image(string name) => _folder.Write(name, TestFolder.Image(SKEncodedImageFormat.Jpeg));

    private void Text(string name, string text) => _folder.Write(name, Encoding.UTF8.GetBytes(text));
}
