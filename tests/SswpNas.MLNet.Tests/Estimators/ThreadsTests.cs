using Microsoft.ML;

namespace SswpNas.MLNet.Tests.Estimators;

/// <summary>Estimators and models from several threads at once.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ThreadsTests
{
    private const int Threads = 4;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void OneEstimatorIsFittedBySeveralThreadsAtOnce(bool managedKernels)
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes().View(ml);
        SswpNasSearchEstimator search = ml.SswpNas().Search(options: Tiny.Search with { Epochs = 2, Threads = 2, UseManagedKernels = managedKernels });
        ConcomitantFineTuneEstimator fineTune = ml.SswpNas()
            .FineTune(options: Tiny.FineTune with { UseManagedKernels = managedKernels }, searchResult: Tiny.Found);
        using SswpNasSearchTransformer alone = search.Fit(data);
        using ConcomitantFineTuneTransformer tunedAlone = fineTune.Fit(data);
        Scored[] expected = Scored.Of(ml, tunedAlone.Transform(data));

        AtOnce(thread =>
        {
            if (thread % 2 == 0)
            {
                using SswpNasSearchTransformer found = search.Fit(data);
                DeterminismTests.AreEqual(alone.Result, found.Result);
            }
            else
            {
                using ConcomitantFineTuneTransformer tuned = fineTune.Fit(data);
                Scored.AreEqual(expected, Scored.Of(ml, tuned.Transform(data)), tolerance: 0);
            }
        });
    }

    [TestMethod]
    public void ALoadedModelIsUsedBySeveralThreadsAtOnce()
    {
        MLContext ml = new(seed: 1);
        IDataView data = new Stripes { Count = 200 }.View(ml);
        using ConcomitantFineTuneTransformer tuned =
            ml.SswpNas().FineTune(options: Tiny.FineTune, searchResult: Tiny.Found).Fit(data);
        Scored[] expected = Scored.Of(ml, tuned.Transform(data));
        using MemoryStream file = new();
        ml.Model.Save(tuned, data.Schema, file);
        file.Position = 0;
        ITransformer loaded = ml.Model.Load(file, out _);

        AtOnce(_ =>
        {
            for (int i = 0; i < 5; i++)
            {
                Scored.AreEqual(expected, Scored.Of(ml, loaded.Transform(data)), tolerance: 1e-5f);
                Scored.AreEqual(expected, Scored.Of(ml, tuned.Transform(data)), tolerance: 0);
            }
        });
        (loaded as IDisposable)?.Dispose();
    }

    /// <summary>All threads begin together; the first error is the test's.</summary>
    private static void AtOnce(Action<int> work)
    {
        using Barrier start = new(Threads);
        Task[] all = [.. Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                work(thread);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Task.WaitAll(all);
    }
}
