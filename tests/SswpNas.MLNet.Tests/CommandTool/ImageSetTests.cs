extern alias tool;

using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Data;
using tool::SswpNas.MLNet.Examples;
using tool::SswpNasTool.Images;
using tool::SswpNasTool.Training;

namespace SswpNas.MLNet.Tests.CommandTool;

/// <summary>Which images and labels the tool sees.</summary>
[TestClass]
public sealed class ImageSetTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly List<string> _said = [];

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ClassFoldersHaveLabelsAndAllElseHasNone()
    {
        _folder.WithClasses(2, "ant", "bee").WithClasses(3, "Unlabeled");
        _folder.Write("loose.png", TestFolder.Image(SkiaSharp.SKEncodedImageFormat.Png, 50));
        string broken = _folder.Write("bee/broken.png", [1, 2, 3]);
        _folder.Write("notes.txt", [1]);

        ImageSet set = Read(_folder.Root);

        CollectionAssert.AreEqual(new[] { "ant", "bee" }, set.ClassNames);
        Assert.AreEqual((8, 4, 4, 2, 1), (set.Paths.Length, set.Labelled, set.Unlabelled, set.Fewest, set.LeftOut));
        Assert.ContainsSingle(line => line.Contains(broken, StringComparison.Ordinal), _said);
        Assert.ContainsSingle(line => line.StartsWith("1 images lie in no class folder", StringComparison.Ordinal), _said);
        CollectionAssert.AreEqual(new uint[] { 1, 1, 2, 2, 0, 0, 0, 0 }, set.View(new MLContext()).GetColumn<uint>("Label").ToArray());
    }

    [TestMethod]
    public void LabelFilesCountMoreThanFoldersAndBringClassesOfTheirOwn()
    {
        _folder.WithClasses(2, "images/ant", "images/bee", "images/unlabelled");
        string labels = _folder.Write("labels.csv", "ImagePath,Label\nant/000.png,bee\nimages/unlabelled/000.png,wasp\nunlabelled/001.png,\n"u8.ToArray());

        ImageSet set = Read(Path.Combine(_folder.Root, "images"), labels);

        CollectionAssert.AreEqual(new[] { "ant", "bee", "wasp" }, set.ClassNames);
        CollectionAssert.AreEqual(new[] { 1, 0, 1, 1, 2, ImageSet.Missing }, set.Labels);
        Assert.ContainsSingle(line => line.StartsWith("1 images have another label", StringComparison.Ordinal), _said);
    }

    [TestMethod]
    public void ALabelOfAnUnknownImageIsNamedByItsLine()
    {
        _folder.WithClasses(2, "images/ant", "images/bee");
        string labels = _folder.Write("labels.csv", "ImagePath,Label\nant/000.png,ant\nant/999.png,bee\n"u8.ToArray());
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(() => Read(Path.Combine(_folder.Root, "images"), labels));
        Assert.Contains("line 3: 'ant/999.png'", error.Message);
    }

    [TestMethod]
    public void AFolderOfImagesGetsItsLabelsFromAFile()
    {
        _folder.WithClasses(3, "images");
        string labels = _folder.Write("labels.csv", "ImagePath,Label\n000.png,ant\n001.png,bee\n"u8.ToArray());
        ImageSet set = Read(Path.Combine(_folder.Root, "images"), labels);
        CollectionAssert.AreEqual(new[] { 0, 1, ImageSet.Missing }, set.Labels);
    }

    [TestMethod]
    public void ATablesPathsBecomeFullOnes()
    {
        _folder.WithClasses(2, "images");
        string table = _folder.Write("table.csv", "ImagePath,Label\nimages/000.png,ant\nimages/001.png,\n"u8.ToArray());
        ImageSet set = Read(table);
        CollectionAssert.AreEqual(new[] { "images/000.png", "images/001.png" }.Select(name => Path.Combine(_folder.Root, name)).ToArray(), set.Paths);
        CollectionAssert.AreEqual(new[] { 0, ImageSet.Missing }, set.Labels);
    }

    [TestMethod]
    public void TestImagesHaveTheClassesOfThoseThatAreLearnt()
    {
        _folder.WithClasses(2, "train/ant", "train/bee", "train/wasp").WithClasses(3, "test/wasp", "test/bee", "test/unlabelled");
        ImageSet learnt = Read(Path.Combine(_folder.Root, "train"));

        ImageSet test = TestImages.Read(new MLContext(1), Path.Combine(_folder.Root, "test"), learnt, _said.Add);

        CollectionAssert.AreEqual(learnt.ClassNames, test.ClassNames);
        CollectionAssert.AreEqual(new[] { 1, 1, 1, 2, 2, 2 }, test.Labels);
        Assert.ContainsSingle(line => line.StartsWith("3 test images have no label", StringComparison.Ordinal), _said);
    }

    [TestMethod]
    [DataRow("other", "are of the classes hornet, too; ant, bee were expected.")]
    [DataRow("train", "4 test images of")]
    [DataRow("flat", "has a label; a folder for each class")]
    public void TestImagesThatSayNothingAreRefused(string folder, string expected)
    {
        _folder.WithClasses(2, "train/ant", "train/bee", "other/ant", "other/hornet", "flat");
        ImageSet learnt = Read(Path.Combine(_folder.Root, "train"));
        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => TestImages.Read(new MLContext(1), Path.Combine(_folder.Root, folder), learnt, _said.Add));
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void WhatIsNotThereIsBadUsage() => Assert.ThrowsExactly<UsageException>(() => Read(Path.Combine(_folder.Root, "nowhere")));

    [TestMethod]
    [DataRow(20, 32)]
    [DataRow(47, 32)]
    [DataRow(64, 64)]
    [DataRow(4000, 96)]
    public void NoImageIsMadeLargerUnlessItIsSmallerThanTheSmallestSize(int side, int largest) =>
        Assert.AreEqual(largest, ImageSides.For(side)[0]);

    [TestMethod]
    [DataRow(32, StemKind.Cifar)]
    [DataRow(64, StemKind.Cifar)]
    [DataRow(96, StemKind.Strided)]
    [DataRow(100, StemKind.Cifar, DisplayName = "a side that cannot be halved four times")]
    [DataRow(128, StemKind.Strided)]
    public void LargeImagesAreHalvedFirst(int side, StemKind stem) => Assert.AreEqual(stem, Recipe.Stem(side));

    [TestMethod]
    public void ThenTheyCostWhatAQuarterOfTheirSideDoes()
    {
        Speed at32 = new(32, 8, Search: 4, Step: 1);
        Assert.AreEqual(24.0 * 24 / (32 * 32), at32.At(96, 8).Step, 1e-12);
        Assert.AreEqual(4 * 4, at32.At(64, 8).Search, 1e-12);
    }

    private ImageSet Read(string path, params string[] labels) => new ImageSetReader(new MLContext(), _said.Add).Read(path, labels);
}
