using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using SswpNas.MLNet.Tests.Onnx;

namespace SswpNas.MLNet.Tests.Estimators;

[TestClass]
public sealed class ChainTests
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void SearchAndFineTuneFitAsOneChainInWhichTheSearchSeesAllAndTheFineTuningTheLabelled()
    {
        IDataView data = _ml.SswpNas().MaskLabelsPerClass(new Stripes().View(_ml), "Label", 4, seed: 1);

        TransformerChain<ConcomitantFineTuneTransformer> chain = Estimator(Tiny.Search, Tiny.FineTune).Fit(data);

        ConcomitantFineTuneTransformer fineTuned = chain.LastTransformer;
        SearchResult found = ((SswpNasSearchTransformer)chain.ElementAt(0)).Result;
        Assert.AreSame(found, fineTuned.SearchResult);
        Assert.AreEqual(60, found.Settings.Images);
        Assert.AreEqual(12, fineTuned.Trials.Single().TrainingImages);
        CollectionAssert.AreEqual(Stripes.Classes, fineTuned.ClassNames.ToArray());
        DataViewSchema schema = chain.Transform(data).Schema;
        CollectionAssert.AreEqual(Stripes.Classes, PixelRows.SlotNames(schema["Score"]));
        CollectionAssert.AreEqual(Stripes.Classes, PixelRows.KeyValues(schema["PredictedLabel"]));
        Assert.AreEqual(found.FeatureSize, ((VectorDataViewType)schema["Features"].Type).Size);
        Assert.AreEqual(3, ((VectorDataViewType)schema["Score"].Type).Size);
        chain.Dispose();
    }

    [TestMethod]
    public void CachesAndShufflesBetweenSearchAndFineTuningDoNotHideTheResult()
    {
        IDataView data = _ml.Data.Cache(_ml.Data.ShuffleRows(new Stripes().View(_ml), seed: 1));
        EstimatorChain<ConcomitantFineTuneTransformer> estimator = _ml.SswpNas().Search(options: Tiny.Search)
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.Transforms.CopyColumns("Copy", "Label"))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.SswpNas().FineTune(options: Tiny.FineTune));

        using TransformerChain<ConcomitantFineTuneTransformer> chain = estimator.Fit(data);

        Assert.AreEqual(60, chain.LastTransformer.Trials.Single().TrainingImages);
        IDataView shuffled = _ml.Data.ShuffleRows(chain.Transform(data), seed: 2);
        Assert.HasCount(60, Scored.Of(_ml, shuffled));
    }

    [TestMethod]
    public void AnExplicitSearchResultNeedsNoSearchAndWinsOverTheOneInTheChain()
    {
        IDataView data = new Stripes().View(_ml);
        using ConcomitantFineTuneTransformer alone =
            _ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data);
        using TransformerChain<ConcomitantFineTuneTransformer> chain = _ml.SswpNas()
            .Search(options: Tiny.Search with { Seed = 2 })
            .Append(_ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found)).Fit(data);

        Assert.AreSame(Tiny.Found, alone.SearchResult);
        Assert.AreSame(Tiny.Found, chain.LastTransformer.SearchResult);
        Scored.AreEqual(Scored.Of(_ml, alone.Transform(data)), Scored.Of(_ml, chain.Transform(data)));
    }

    [TestMethod]
    public void ColumnsHaveTheNamesThatWereAskedFor()
    {
        IDataView data = new Stripes().View(_ml);
        data = _ml.Transforms.CopyColumns("Image", "Pixels").Append(_ml.Transforms.CopyColumns("Truth", "Label"))
            .Append(_ml.Transforms.DropColumns("Pixels", "Label")).Fit(data).Transform(data);
        FineTuneOptions options = Tiny.FineTune with
        {
            PredictedLabelColumnName = "Guess",
            ScoreColumnName = "Chances",
            FeaturesColumnName = "Tuned",
        };
        EstimatorChain<ConcomitantFineTuneTransformer> estimator = _ml.SswpNas()
            .Search(outputColumnName: "Embedding", inputColumnName: "Image", options: Tiny.Search).Append(_ml.SswpNas().FineTune("Truth", "Image", options));

        using TransformerChain<ConcomitantFineTuneTransformer> chain = estimator.Fit(data);

        IEnumerable<string> names = chain.Transform(data).Schema.Where(c => !c.IsHidden).Select(c => c.Name);
        CollectionAssert.AreEquivalent(
            (string[])["Class", "Image", "Truth", "Embedding", "Guess", "Chances", "Tuned"], names.ToArray());
        CollectionAssert.AreEqual(Stripes.Classes, PixelRows.SlotNames(chain.Transform(data).Schema["Chances"]));
    }

    [TestMethod]
    public void AStockTrainerLearnsFromTheFeaturesOfTheSearch()
    {
        IDataView data = new Stripes().View(_ml);
        using TransformerChain<MulticlassPredictionTransformer<MaximumEntropyModelParameters>> model = _ml.SswpNas().Search(options: Tiny.Search)
            .Append(_ml.MulticlassClassification.Trainers.LbfgsMaximumEntropy()).Fit(data);

        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(model.Transform(data));
        Assert.IsGreaterThan(0.5, metrics.MicroAccuracy);
    }

    [TestMethod]
    public void EvaluateNamesTheClasses()
    {
        IDataView data = new Stripes().View(_ml);
        using ConcomitantFineTuneTransformer model =
            _ml.SswpNas().FineTune(options: Tiny.Thorough, searchResult: Tiny.Found).Fit(data);

        IDataView scored = model.Transform(data);
        MulticlassClassificationMetrics metrics = _ml.MulticlassClassification.Evaluate(scored);

        Scored[] rows = Scored.Of(_ml, scored);
        double right = rows.Select((row, i) => row.PredictedLabel == (i % 3) + 1 ? 1 : 0).Average();
        Assert.AreEqual(right, metrics.MicroAccuracy, 1e-9);
        Assert.IsGreaterThan(0.9, metrics.MicroAccuracy);
        Assert.AreEqual(3, metrics.ConfusionMatrix.NumberOfClasses);
        Assert.AreEqual(60, metrics.ConfusionMatrix.Counts.Sum(row => row.Sum()), 1e-9);
        string table = metrics.ConfusionMatrix.GetFormattedConfusionTable();
        foreach (string name in Stripes.Classes) StringAssert.Contains(table, name);
        foreach (Scored row in rows) Assert.AreEqual(1, row.Score.Sum(), 1e-5f);
    }

    [TestMethod]
    public void CrossValidationFitsTheFineTuningAgainAndAgainOnOneSearch()
    {
        IDataView data = new Stripes().View(_ml);
        ConcomitantFineTuneEstimator estimator =
            _ml.SswpNas().FineTune(options: Tiny.Thorough with { Epochs = 40 }, searchResult: Tiny.Found);

        var folds = _ml.MulticlassClassification.CrossValidate(data, estimator, numberOfFolds: 2, seed: 1);

        Assert.HasCount(2, folds);
        foreach (TrainCatalogBase.CrossValidationResult<MulticlassClassificationMetrics> fold in folds)
            Assert.IsGreaterThan(0.6, fold.Metrics.MicroAccuracy);
    }

    private EstimatorChain<ConcomitantFineTuneTransformer> Estimator(SearchOptions search, FineTuneOptions fineTune) =>
        _ml.SswpNas().Search(options: search).Append(_ml.SswpNas().FineTune(options: fineTune));
}
