using Microsoft.ML;
using Microsoft.ML.Data;
using SkiaSharp;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Cases;

/// <summary>Images that lie in no class folder.</summary>
[TestClass]
[TestCategory("Cases")]
public sealed class LooseImagesTests : IDisposable
{
    private readonly MLContext _ml = new(1);
    private readonly TestFolder _folder = new();
    private readonly LogLines _log;

    public LooseImagesTests() => _log = new LogLines(_ml);

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    public void ImagesBesideClassFoldersAreLeftOutWithAWarning()
    {
        _folder.WithClasses(1, "a", "b");
        WriteLoose(2);

        CollectionAssert.AreEqual(new uint[] { 1, 2 }, Load().GetColumn<uint>("Label").ToArray());

        Assert.Contains("Warning: 2 images lie beside the class folders of", _log.ToString());
        Assert.Contains("and are left out, as they have no class. Set IncludeLooseImages to take them without a label.", _log.ToString());
        Assert.Contains("1 files of the kind .txt", _log.ToString());
    }

    [TestMethod]
    public void ImagesBesideClassFoldersAreTakenWithoutALabelWhereTheOptionSaysSo()
    {
        _folder.WithClasses(1, "a", "b", "rest");
        WriteLoose(2);

        IDataView data = Load(new() { IncludeLooseImages = true, UnlabelledFolder = "rest" });

        CollectionAssert.AreEqual(new uint[] { 1, 2, 0, 0, 0 }, data.GetColumn<uint>("Label").ToArray());
        Assert.EndsWith("loose1.png", data.GetColumn<string>("ImagePath").Last());
        Assert.Contains("2 images lie beside the class folders of", _log.ToString());
        Assert.DoesNotContain("left out", _log.ToString());
        Assert.Contains("IncludeLooseImages is true; expected: false", Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().LoadTinyImageNet(_folder.Root, options: new() { IncludeLooseImages = true })).Message);
    }

    [TestMethod]
    public void AFolderWithoutClassFoldersGivesUnlabelledImages()
    {
        WriteLoose(5);
        _folder.Write(".hidden/x.png", [1]);

        IDataView data = Load();

        CollectionAssert.AreEqual(
            Enumerable.Range(0, 5).Select(i => Path.Combine(_folder.Root, $"loose{i}.png")).ToArray(), data.GetColumn<string>("ImagePath").ToArray());
        CollectionAssert.AreEqual(new[] { "ImagePath" }, data.Schema.Select(c => c.Name).ToArray());
        Assert.Contains($"'{_folder.Root}' has no class folders: its 5 images are taken without a label.", _log.ToString());
        Assert.Contains("1 files of the kind .txt; 1 hidden folders", _log.ToString());
        Assert.AreEqual(3L, Load(new() { Limit = 3, Seed = 1 }).GetRowCount());
        Assert.Contains("There is no column 'Label'", Assert.ThrowsExactly<ArgumentException>(
            () => _ml.SswpNas().CheckLabels(data, "Label", FineTuneOptions.Smoke)).Message);
    }

    [TestMethod]
    public void AFolderWithoutClassFoldersHasTheClassesThatAreNamed()
    {
        WriteLoose(2);

        IDataView data = Load(new() { ClassNames = ["circle", "cross"] });

        CollectionAssert.AreEqual(new uint[] { 0, 0 }, data.GetColumn<uint>("Label").ToArray());
        CollectionAssert.AreEqual(new[] { "circle", "cross" }, LabelColumn.Of(data.Schema, "Label").ClassNames);
    }

    [TestMethod]
    public void UnlabelledImagesAreCheckedLikeAllOthers()
    {
        WriteLoose(2);
        _folder.Write("bad.png", [1, 2, 3]);

        Assert.Contains($"'{Path.Combine(_folder.Root, "bad.png")}' is not an image", Refused());
        Assert.AreEqual(2L, Load(new() { SkipDamaged = true }).GetRowCount());
    }

    [TestMethod]
    public void AFolderThatHoldsAnUnlabelledFolderAloneGivesItsImages()
    {
        _folder.WithClasses(2, "rest");

        Assert.AreEqual(2L, Load(new() { UnlabelledFolder = "rest" }).GetRowCount());
    }

    [TestMethod]
    public void AFolderWithoutAnythingThatCanBeReadSaysWhatThereIs()
    {
        _folder.Write("x.heic", [1]);

        Assert.Contains("has no class folders and no images (png, jpg, ", Refused());
        Assert.Contains("1 of them are images of kinds that are not read", _log.ToString());
    }

    private void WriteLoose(int images)
    {
        for (int i = 0; i < images; i++) _folder.Write($"loose{i}.png", TestFolder.Image(SKEncodedImageFormat.Png, i));
        _folder.Write("notes.txt", [1]);
    }

    private IDataView Load(ImageFolderOptions? options = null) => _ml.SswpNas().LoadImageFolder(_folder.Root, options);

    private string Refused(ImageFolderOptions? options = null) => Assert.ThrowsExactly<InvalidDataException>(() => Load(options)).Message;
}
