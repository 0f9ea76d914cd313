using SswpNas.MLNet.Training.Memory;

namespace SswpNas.MLNet.Training;

/// <summary>
/// What every <c>Fit</c> holds until it ends: device, libtorch's settings, log, checkpoints, images and seed. Opening it checks, in
/// this order, the device, its engine, the memory of a step, the temporary folder and the folder of checkpoints, before anything is
/// read.
/// </summary>
internal sealed class RunSession : IDisposable
{
    private readonly MLContext _ml;
    private readonly string _estimator;
    private readonly LongRunOptions _options;
    private readonly TorchDevice _device;
    private readonly TorchDefaults _defaults;
    private readonly MemoryCheck _memory;
    private readonly PixelReading _reading;
    private readonly CancellationTokenSource _agreed = new();
    private PixelStore? _pixels;
    private int? _seed;
    private bool _isDone;

    /// <param name="ml">The context of the pipeline.</param>
    /// <param name="estimator">The estimator's name: the source of log lines and, without a seed in the options, of the seed.</param>
    /// <param name="work">What it does, for the log.</param>
    /// <param name="options">Without problems.</param>
    /// <param name="step">The memory that a step needs.</param>
    /// <param name="searched">The pixel range of the search that the run builds upon; null for none.</param>
    /// <exception cref="ArgumentException">The options state another pixel range than the search's.</exception>
    /// <exception cref="InvalidOperationException">There is no such device, it lacks the precision, or libtorch is missing.</exception>
    /// <exception cref="IOException">
    /// The folder of checkpoints is in use, or it or the temporary folder cannot be written.
    /// </exception>
    public RunSession(
        MLContext ml, string estimator, string work, LongRunOptions options, StepMemory step, PixelRange? searched = null)
    {
        _reading = PixelReading.Of(ml, options.StoreMemoryLimit, options.Threads, options.PixelRange, searched) with { Ranks = options.Ranks ?? Ranks.Single };
        (_ml, _estimator, _options) = (ml, estimator, options);
        _device = TorchDevice.Resolve(options.Device, ml);
        _defaults = new TorchDefaults();
        Log = new RunLog(ml, estimator, work, isQuiet: !Ranks.IsFirst);
        try
        {
            EngineCheck.Require(_device, options.UseManagedKernels, options.Precision, Ranks);
            _memory = new MemoryCheck(step with { Ranks = Ranks.Size }, options.MemoryLimit, _device);
            if (_device.Note is not null) Log.Info(_device.Note);
            _memory.Before();
            TemporaryFolder.Check(ml.TempFilePath, step.WeightBytes / step.CopiesOfWeights);
            Keeper = CheckpointManager.Open(
                Ranks.IsFirst ? options.Checkpoints : null, options.CancellationBehavior, Log,
                new RankAgreement(Ranks, _agreed), options.CancellationToken);
            if (Ranks.AreSeveral) Log.Info($"{Ranks.Size} ranks work together. This is {Ranks}.");
        }
        catch (Exception problem)
        {
            Ranks.Communicator.Fail(problem.Message);
            Log.Dispose();
            _defaults.Dispose();
            _agreed.Dispose();
            throw;
        }
    }

    public RunLog Log { get; }

    public CheckpointManager Keeper { get; }

    public TorchSharp.torch.Device Device => _device.ToTorch();

    public Ranks Ranks => _options.Ranks ?? Ranks.Single;

    public int Threads => _options.Threads ?? Environment.ProcessorCount;

    /// <summary>Seed of all randomness. Without one in the options, the context draws it when it is first asked for.</summary>
    public int Seed => _seed ??= RunSeed.Of(_ml, _options.Seed, _estimator);

    /// <summary>The images, read once.</summary>
    public LabelledPixels Read(IDataView input, ImageColumns columns) => Told(() =>
    {
        LabelledPixels data = PixelReader.Read(input, columns, _reading, _options.CancellationToken);
        _pixels = data.Pixels;
        SecondReading.Check(input, columns.Pixels);
        return data;
    });

    /// <summary>
    /// The options as a run takes them. Of several ranks none stops alone, so their tokens become one that all agree on, and only
    /// the first one tells how far it is.
    /// </summary>
    public T OnRank<T>(T options)
        where T : LongRunOptions
    {
        if (!Ranks.AreSeveral) return options;
        LongRunOptions agreed = (Ranks.IsFirst ? options : options.Quiet()) with { CancellationToken = _agreed.Token };
        return (T)agreed;
    }

    public NetworkEngine CreateEngine() => NetworkEngine.Create(
        Device, Threads, _options.UseManagedKernels, _options.Precision, _memory.ForActivations, Ranks);

    /// <summary>Runs; a lack of memory becomes the one error about it.</summary>
    public T Guard<T>(Func<T> run) => Told(() =>
    {
        T result = _memory.Guard(run);
        if (Ranks.AreSeveral) Log.Info($"The ranks have exchanged {Ranks.Messages}.");
        _isDone = true;
        return result;
    });

    /// <summary>Sets a run to its last checkpoint; see <see cref="CheckpointManager.Resume"/>.</summary>
    public void Resume(IRunState run, string kind, LabelledPixels data, FoundNetwork? start, LongRunOptions? options = null) =>
        Keeper.Resume(run, () => RunIdentity.Of(kind, options ?? _options, Seed, _device.Type, data, start));

    /// <summary>What the run was made with, for its result.</summary>
    public SearchSettings Settings(PixelStore store) =>
        new(Seed, OptionText.Of(_options), store.Count, store.Fingerprint(), LibraryVersion.Text);

    /// <summary>Seed and device, for the log.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"seed {Seed}, device {_device}");

    public void Dispose()
    {
        // Others may be waiting for it; that a reason was told already does no harm.
        if (!_isDone && !_agreed.IsCancellationRequested) Ranks.Communicator.Fail("it ended before its work was done");
        _pixels?.Dispose();
        Keeper.Dispose();
        Log.Dispose();
        _defaults.Dispose();
        _agreed.Dispose();
    }

    /// <summary>Works, and tells the other ranks of a problem that they did not agree on.</summary>
    private T Told<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception problem) when (!_agreed.IsCancellationRequested)
        {
            Ranks.Communicator.Fail(problem.Message);
            throw;
        }
    }
}
