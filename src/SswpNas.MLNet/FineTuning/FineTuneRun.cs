using SswpNas.MLNet.Data;
using SswpNas.MLNet.Sampling;
using SswpNas.MLNet.SearchSpace;
using SswpNas.MLNet.TensorBoard;
using SswpNas.MLNet.Training;
using TorchSharp;

namespace SswpNas.MLNet.FineTuning;

/// <summary>What a fine-tuning came to; the network is the caller's to dispose of.</summary>
internal sealed record FineTuneOutcome(
    DerivedNetwork Network, double LearningRate, double? ValidationAccuracy, IReadOnlyList<FineTuneTrial> Trials);

/// <summary>
/// One fine-tuning from a found network and labelled images: the learning rate is chosen on a validation part of the
/// labels, then the network is trained on all of them.
/// </summary>
internal sealed class FineTuneRun(
    LabelledPixels data, FoundNetwork found, FineTuneOptions options, int seed, torch.Device device)
{
    private readonly StepTimer _timer = new();
    private readonly List<FineTuneTrial> _trials = [];
    private int _run;

    private bool Chooses => options.LearningRates.Count > 1;

    private bool StopsEarly => options.EarlyStoppingPatience is not null;

    /// <summary>Trials, if there is a choice, and the final run, unless early stopping has made it a trial.</summary>
    private int Runs => (Chooses || StopsEarly ? options.LearningRates.Count : 0) + (StopsEarly ? 0 : 1);

    public FineTuneOutcome Run()
    {
        using NetworkEngine engine = NetworkEngine.Create(
            device, options.Threads ?? Environment.ProcessorCount, options.UseOwnKernels);
        FineTuneLoop loop = new(data, found.Normalization, options, seed, engine);
        int[] all = [.. Enumerable.Range(0, data.Labels.Length)];
        if (!Chooses && !StopsEarly)
        {
            DerivedNetwork only = Train(loop, options.LearningRates[0], all, [], out _);
            return new FineTuneOutcome(only, options.LearningRates[0], null, _trials);
        }

        (int[] train, int[] validation) = StratifiedSubset.Split(
            data.Labels, data.ClassNames, options.ValidationFraction, seed, RandomPurpose.Validation);
        (DerivedNetwork network, double rate, Quality quality) = Choose(loop, train, validation);
        if (StopsEarly) return new FineTuneOutcome(network, rate, quality.Accuracy, _trials);
        network.Dispose();
        return new FineTuneOutcome(Train(loop, rate, all, [], out _), rate, quality.Accuracy, _trials);
    }

    private (DerivedNetwork Network, double Rate, Quality Quality) Choose(FineTuneLoop loop, int[] train, int[] validation)
    {
        (DerivedNetwork Network, double Rate, Quality Quality)? best = null;
        try
        {
            foreach (double rate in options.LearningRates)
            {
                DerivedNetwork network = Train(loop, rate, train, validation, out Quality quality);
                bool better = best is null || quality.BetterThan(best.Value.Quality);
                (better ? best?.Network : network)?.Dispose();
                if (better) best = (network, rate, quality);
            }
        }
        catch
        {
            best?.Network.Dispose();
            throw;
        }

        return best!.Value;
    }

    private DerivedNetwork Train(FineTuneLoop loop, double rate, int[] train, int[] validation, out Quality quality)
    {
        int run = ++_run;
        List<FineTuneEpoch> epochs = [];
        using FineTuneEvents? events = options.TensorBoardFolder is string folder ? new FineTuneEvents(folder, run, rate) : null;
        DerivedNetwork network = Start();
        try
        {
            quality = loop.Train(network, rate, train, validation, (epoch, loss, judged) =>
            {
                epochs.Add(new FineTuneEpoch(epoch + 1, loss, judged?.Accuracy));
                events?.Add(epochs[^1]);
                Report(run, rate, epoch + 1, loss, judged?.Accuracy);
            });
        }
        catch
        {
            network.Dispose();
            throw;
        }

        _trials.Add(new FineTuneTrial(rate, train.Length, validation.Length, validation.Length > 0 ? quality.Accuracy : null, epochs));
        return network;
    }

    /// <summary>The found architecture with a fresh classifier, its other weights those it was found with or fresh too.</summary>
    private DerivedNetwork Start()
    {
        RandomStream random = new(seed, RandomPurpose.Weights, 1);
        DerivedNetwork network = new(found.Macro, found.Genotype, data.ClassNames.Length, ref random);
        if (options.Initialization != WeightInitialization.Random) TensorValues.Load(found.Weights, network);
        LayerDevice.Move(network, device);
        return network;
    }

    private void Report(int run, double rate, int epoch, double loss, double? accuracy)
    {
        if (options.Progress is null) return;
        long done = ((long)(run - 1) * options.Epochs) + epoch;
        options.Progress.Report(new FineTuneProgress(
            run, Runs, rate, epoch, options.Epochs, loss, accuracy, _timer.Elapsed,
            _timer.Remaining(done, (long)Runs * options.Epochs)));
    }
}
