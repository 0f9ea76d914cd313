using Microsoft.ML;
using SkiaSharp;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Fault;

/// <summary>Images that were there when the folder was listed, and are not any more when they are read.</summary>
[TestClass]
[TestCategory("Fault")]
public sealed class VanishingImageTests : IDisposable
{
    private static readonly SearchOptions _search = Tiny.Search with { BatchSize = 4 };

    private readonly MLContext _ml = new(seed: 1);
    private readonly TestFolder _folder = new TestFolder().WithClasses(12, "a", "b", "c");

    public void Dispose() => _folder.Dispose();

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void AnImageThatIsGoneIsNamed(int threads)
    {
        IDataView images = _ml.SswpNas().LoadImageFolder(_folder.Root);
        string gone = Path.Combine(_folder.Root, "b", "005.png");
        File.Delete(gone);

        Says(images, threads, gone);
    }

    [TestMethod]
    public void AnImageThatIsCutIsNamed()
    {
        IDataView images = _ml.SswpNas().LoadImageFolder(_folder.Root);
        string cut = Path.Combine(_folder.Root, "b", "005.png");
        File.WriteAllBytes(cut, TestFolder.Image(SKEncodedImageFormat.Png)[..20]);

        Says(images, 2, "Row 17");
    }

    /// <summary>The first pass is over; a later estimator reads the images again.</summary>
    [TestMethod]
    public void AnImageThatVanishesBetweenPassesIsNamed()
    {
        IDataView images = Pixels(_ml.SswpNas().LoadImageFolder(_folder.Root));
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: _search).Fit(images);
        string gone = Path.Combine(_folder.Root, "c", "011.png");
        File.Delete(gone);

        InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: found.Result).Fit(images));

        StringAssert.Contains(error.Message, gone);
    }

    private void Says(IDataView images, int threads, string expected)
    {
        string temporary = Directory.CreateTempSubdirectory("sswpnas-").FullName;
        _ml.TempFilePath = temporary;
        try
        {
            InvalidDataException error = Assert.ThrowsExactly<InvalidDataException>(
                () => _ml.SswpNas().Search(options: _search with { Threads = threads, StoreMemoryLimit = 0 }).Fit(Pixels(images)));
            StringAssert.Contains(error.Message, expected);
            Assert.IsEmpty(Directory.GetFileSystemEntries(temporary));
        }
        finally
        {
            Directory.Delete(temporary, recursive: true);
        }
    }

    private IDataView Pixels(IDataView images) => _ml.Transforms.LoadImages("Image", null, "ImagePath")
        .Append(_ml.Transforms.ResizeImages("Image", 16, 16))
        .Append(_ml.Transforms.ExtractPixels("Pixels", "Image"))
        .Fit(images).Transform(images);
}
