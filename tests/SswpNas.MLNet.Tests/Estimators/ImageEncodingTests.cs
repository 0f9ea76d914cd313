using Microsoft.ML;
using Microsoft.ML.Data;
using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>Features of a search that is there already.</summary>
[TestClass]
public sealed class ImageEncodingTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void ALoadedSearchGivesTheFeaturesOfTheTransformerThatFoundIt()
    {
        using TestFolder folder = new();
        IDataView data = new Stripes().View(_ml);
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: Tiny.Search).Fit(data);
        string path = Path.Combine(folder.Root, "result");
        found.Result.Save(path);

        ImageEncodingEstimator encoding = _ml.SswpNas().EncodeImages(SearchResult.Load(path), "Encoded");
        using SswpNasSearchTransformer encoder = encoding.Fit(data);

        float[][] expected = [.. found.Transform(data).GetColumn<float[]>("Features")];
        float[][] actual = [.. encoder.Transform(data).GetColumn<float[]>("Encoded")];
        Assert.HasCount(60, actual);
        for (int i = 0; i < expected.Length; i++) CollectionAssert.AreEqual(expected[i], actual[i]);
        VectorDataViewType type = (VectorDataViewType)encoder.GetOutputSchema(data.Schema)["Encoded"].Type;
        Assert.AreEqual(found.Result.FeatureSize, type.Size);
    }

    [TestMethod]
    public void OtherImagesAndMissingColumnsAreRefused()
    {
        ImageEncodingEstimator encoding = _ml.SswpNas().EncodeImages(Tiny.Found);
        Assert.ThrowsExactly<ArgumentException>(() => encoding.Fit(new Stripes { Height = 16, Width = 16 }.View(_ml)));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().EncodeImages(Tiny.Found, inputColumnName: "Nothing").Fit(new Stripes().View(_ml)));
        Assert.ThrowsExactly<ArgumentException>(() => _ml.SswpNas().EncodeImages(Tiny.Found, "Pixels", "Pixels"));
        Assert.ThrowsExactly<ArgumentNullException>(() => _ml.SswpNas().EncodeImages(null!));
    }
}
