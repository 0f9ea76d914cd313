using Microsoft.ML;
using SswpNas.MLNet.Tests.Data;
using SswpNas.MLNet.Tests.Estimators;

namespace SswpNas.MLNet.Tests.Checkpoints;

[TestClass]
public sealed class CancellationTests : IDisposable
{
    private readonly TestFolder _root = new();
    private readonly MLContext _ml = new(seed: 1);
    private readonly CancellationTokenSource _source = new();

    private CheckpointOptions Checkpoints => new() { Folder = Path.Combine(_root.Root, "run"), EveryEpochs = 100 };

    public void Dispose()
    {
        _source.Dispose();
        _root.Dispose();
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(12)]
    [DataRow(17)]
    public void ACancelledSearchLeavesACheckpointFromWhichItGoesOn(int step)
    {
        SearchResult expected = Tiny.Found;
        Assert.Throws<OperationCanceledException>(() => Search(Cancelled(step) with { Checkpoints = Checkpoints }));

        int seen = 0;
        SearchResult actual = Search(Tiny.Search with
        {
            Checkpoints = Checkpoints,
            Progress = new Direct<SearchProgress>(_ => seen++),
        });

        ResumeTests.AreEqual(expected, actual);
        Assert.AreEqual(24 - step, seen);
    }

    [TestMethod]
    public void ASearchThatIsToGiveBackWhatItFoundDoes()
    {
        SearchResult whole = Tiny.Found;
        SearchOptions options = Cancelled(15) with
        {
            CancellationBehavior = CancellationBehavior.Return,
            Checkpoints = Checkpoints,
        };

        SearchResult part = Search(options);

        Assert.HasCount(2, part.History);
        Assert.AreEqual(ResumeTests.Text(whole.History.Take(2)), ResumeTests.Text(part.History));
        part.Save(Path.Combine(_root.Root, "result"));
        Assert.HasCount(2, SearchResult.Load(Path.Combine(_root.Root, "result")).History);
        // And the checkpoint is there, too.
        ResumeTests.AreEqual(whole, Search(Tiny.Search with { Checkpoints = Checkpoints }));
    }

    [TestMethod]
    public void WithoutAnEpochThereIsNothingToGiveBack() => Assert.Throws<OperationCanceledException>(
        () => Search(Cancelled(5) with { CancellationBehavior = CancellationBehavior.Return }));

    [TestMethod]
    public void APretrainingThatIsToGiveBackWhatItFoundDoes()
    {
        int steps = 0;
        PretrainOptions options = PretrainOptions.From(Tiny.Search) with
        {
            CancellationBehavior = CancellationBehavior.Return,
            CancellationToken = _source.Token,
            Progress = new Direct<PretrainProgress>(_ =>
            {
                if (++steps == 16) _source.Cancel();
            }),
        };

        using SimClrPretrainTransformer model = _ml.SswpNas().Pretrain(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));

        Assert.HasCount(2, model.Result.History);
        Assert.AreEqual(16, steps);
    }

    [TestMethod]
    [DataRow(1, 1, 0)]
    [DataRow(4, 2, 0)]
    [DataRow(7, 3, 1)]
    public void AFineTuningGivesBackTheBestNetworkSoFar(int epoch, int trials, int finals)
    {
        FineTuneOptions options = Tiny.FineTune with
        {
            Epochs = 3,
            LearningRates = [0.1, 0.2],
            CancellationBehavior = CancellationBehavior.Return,
            CancellationToken = _source.Token,
            Checkpoints = Checkpoints,
        };
        FineTuneOptions whole = options with { CancellationToken = default, Checkpoints = null };
        using ConcomitantFineTuneTransformer expected = FineTune(whole);
        int seen = 0;

        using (ConcomitantFineTuneTransformer part = FineTune(options with { Progress = new Direct<FineTuneProgress>(Stop) }))
        {
            Assert.HasCount(trials, part.Trials);
            Assert.AreEqual(finals, part.Trials.Count(t => t.ValidationImages == 0));
            Assert.AreEqual(epoch, part.Trials.Sum(t => t.Epochs.Count));
            Assert.IsTrue(Scored.Of(_ml, part.Transform(new Stripes().View(_ml))).All(s => s.Score.All(float.IsFinite)));
        }

        using ConcomitantFineTuneTransformer resumed = FineTune(whole with { Checkpoints = Checkpoints });
        Scored.AreEqual(
            Scored.Of(_ml, expected.Transform(new Stripes().View(_ml))), Scored.Of(_ml, resumed.Transform(new Stripes().View(_ml))), 0);

        void Stop(FineTuneProgress progress)
        {
            if (++seen == epoch) _source.Cancel();
        }
    }

    [TestMethod]
    public void ATrainingGivesBackItsEpochs()
    {
        TrainOptions options = TrainOptions.Smoke with
        {
            Seed = 1,
            Device = "cpu",
            Epochs = 5,
            CancellationBehavior = CancellationBehavior.Return,
            CancellationToken = _source.Token,
            Progress = new Direct<FineTuneProgress>(p =>
            {
                if (p.Epoch == 2) _source.Cancel();
            }),
        };

        using ArchitectureTrainTransformer model =
            _ml.SswpNas().Train(Tiny.Found, options: options).Fit(new Stripes().View(_ml));

        Assert.HasCount(2, model.History);
    }

    private SearchOptions Cancelled(int step)
    {
        int seen = 0;
        return Tiny.Search with
        {
            CancellationToken = _source.Token,
            Progress = new Direct<SearchProgress>(_ =>
            {
                if (++seen == step) _source.Cancel();
            }),
        };
    }

    private SearchResult Search(SearchOptions options)
    {
        using SswpNasSearchTransformer found = _ml.SswpNas().Search(options: options).Fit(new Stripes().View(_ml));
        return found.Result;
    }

    private ConcomitantFineTuneTransformer FineTune(FineTuneOptions options) =>
        _ml.SswpNas().FineTune(options: options, searchResult: Tiny.Found).Fit(new Stripes().View(_ml));
}
