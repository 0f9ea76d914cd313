using SswpNas.MLNet.Collectives;
using SswpNas.MLNet.Data.Views;
using SswpNas.MLNet.Objectives;

namespace SswpNas.MLNet.FineTuning.SemiSupervised;

/// <summary>What the images without a label came to in the steps of an epoch.</summary>
/// <param name="Images">How many were looked at.</param>
/// <param name="Weight">The sum of what their targets counted, each 0 to 1.</param>
/// <param name="KnownWeight">The same of those whose true class is known.</param>
/// <param name="RightWeight">The same of those whose target is likeliest of the true class.</param>
internal sealed record TargetCount(long Images, double Weight, double KnownWeight, double RightWeight)
{
    public static TargetCount None { get; } = new(0, 0, 0, 0);
}

/// <summary>What a checkpoint says of the unlabelled images.</summary>
internal sealed record UnlabelledState(PseudoLabellerState Labeller, TargetCount Count);

/// <summary>
/// Adds images without a label to the batches of labelled ones: strong views of each, with the targets that a teacher or the
/// network itself gives them on a weakly varied copy. Which images, views and targets these are follows from (seed, step) and
/// from what the network has become.
/// </summary>
internal sealed class UnlabelledBatches
{
    private readonly FineTuneLoop _loop;
    private readonly UnlabelledImages _use;
    private readonly SemiSupervisedOptions _options;
    private readonly EpochBatches _batches;
    private readonly ViewRenderer _strong;
    private readonly PseudoLabeller _labeller;
    private readonly Dictionary<int, double[]> _teacher = [];
    private readonly int _classes;
    private int[]? _labelled;

    /// <param name="loop">Images, options, engine.</param>
    /// <param name="use">What unlabelled images are for; not <see cref="UnlabelledImages.Ignore"/>.</param>
    /// <param name="train">The labelled images at first.</param>
    public UnlabelledBatches(FineTuneLoop loop, UnlabelledImages use, int[] train)
    {
        (_loop, _use, _options) = (loop, use, loop.Options.Plan.SemiSupervised!);
        _classes = loop.Data.ClassNames.Length;
        _batches = new EpochBatches(loop.Data.Unlabelled, _options.BatchSize, loop.Seed, RandomPurpose.UnlabelledShuffle);
        _strong = new ViewRenderer(_options.Views, loop.Normalization, loop.Options.Threads);
        _labeller = new PseudoLabeller(_options, Shares(train));
    }

    /// <summary>From now on these are the labelled images: their classes, and what a teacher learns from them.</summary>
    public void Label(int[] labelled)
    {
        if (ReferenceEquals(labelled, _labelled)) return;
        _labeller.Labels = Shares(labelled);
        if (_use.IsTaught()) Teach(labelled);
        _labelled = labelled;
    }

    public UnlabelledState State
    {
        get => new(_labeller.State, Count);
        set => (_labeller.State, Count) = (value.Labeller, value.Count);
    }

    /// <summary>Of the epoch so far.</summary>
    public TargetCount Count { get; set; } = TargetCount.None;

    /// <summary>A batch of a step: the labelled images, and from the warm-up's end on the unlabelled ones.</summary>
    /// <param name="labelled">The labelled images.</param>
    /// <param name="step">The step.</param>
    /// <param name="done">The part of all steps that is done, 0 to 1.</param>
    /// <param name="side">Side of the images in pixels.</param>
    /// <param name="judge">The network that gives pseudo-labels.</param>
    public ImageBatch Batch(int[] labelled, long step, double done, int side, DerivedNetwork judge)
    {
        double weight = _options.Weight * Ramp(done);
        if (weight <= 0) return _loop.Augmented(labelled, step, side);
        int[] images = _batches.Of((int)(step / _batches.Count))[step % _batches.Count];
        double[][] targets = Targets(images, step, done, side, judge, out double[] counts);
        Add(images, targets, counts);
        int rows = _options.ViewsPerImage * images.Length;
        ImageBatch batch = new(_loop.Engine.Share(labelled.Length + rows), new ImageShape(_loop.Data.Pixels.Shape.Channels, side, side))
        {
            Labels = [.. labelled.Select(n => (long)_loop.Data.Labels[n])],
            Targets = new float[rows * _classes],
        };
        RowShare first = batch.Rows.Within(0, labelled.Length), behind = batch.Rows.Within(labelled.Length, rows);
        int at = first.Count * batch.Shape.Size;
        _loop.Augment(labelled, step, side, batch.Pixels[..at], RandomPurpose.Augmentation, first);
        _strong.Render(_loop.Data.Pixels, images, _loop.Seed, RandomPurpose.StrongViews, step, side, batch.Pixels[at..],
            _options.ViewsPerImage, behind);
        for (int row = 0; row < rows; row++)
        {
            double scale = weight * counts[row % images.Length] / rows;
            for (int c = 0; c < _classes; c++) batch.Targets[(row * _classes) + c] = (float)(scale * targets[row % images.Length][c]);
        }

        return batch;
    }

    private double[] Shares(int[] train)
    {
        double[] labels = new double[_classes];
        foreach (int image in train) labels[_loop.Data.Labels[image]] += 1.0 / train.Length;
        return labels;
    }

    private void Teach(int[] train)
    {
        int[] images = _loop.Data.Unlabelled;
        double[][] logs = TeacherLabels.LogProbabilities(
            _loop.Data.Teacher!, _loop.Data.Labels, _classes, train, images, _loop.Options.CancellationToken);
        for (int i = 0; i < images.Length; i++) _teacher[images[i]] = Softmax.Softened(logs[i], _options.TeacherTemperature);
    }

    private void Add(int[] images, double[][] targets, double[] counts)
    {
        int[]? truth = _loop.Data.Truth;
        bool[] known = [.. images.Select(n => truth is not null && truth[n] != LabelColumn.Missing)];
        Count = new TargetCount(
            Count.Images + images.Length,
            Count.Weight + counts.Sum(),
            Count.KnownWeight + counts.Where((_, i) => known[i]).Sum(),
            Count.RightWeight + counts.Where((_, i) => known[i] && truth![images[i]] == Array.IndexOf(targets[i], targets[i].Max())).Sum());
    }

    private double Ramp(double done)
    {
        double after = done - _options.WarmUpFraction;
        if (after < 0) return 0;
        return _options.RampFraction <= 0 ? 1 : Math.Min(1, after / _options.RampFraction);
    }

    private double[][] Targets(int[] images, long step, double done, int side, DerivedNetwork judge, out double[] counts)
    {
        double own = _use == UnlabelledImages.PseudoLabels ? 1
            : _use == UnlabelledImages.Teacher ? 0
            : _options.OwnShare * Math.Clamp((done - 0.2) / 0.3, 0, 1);
        counts = [.. Enumerable.Repeat(1.0, images.Length)];
        if (own == 0) return [.. images.Select(n => _teacher[n])];
        double[][] predicted = Predict(images, step, side, judge);
        double[] weights = _labeller.Label(predicted);
        if (own == 1)
        {
            counts = weights;
            return predicted;
        }

        // What the network is not sure of, the teacher says alone.
        return [.. images.Select((n, i) => _teacher[n].Zip(predicted[i], (t, p) => ((1 - (own * weights[i])) * t) + (own * weights[i] * p)).ToArray())];
    }

    /// <summary>Probabilities of the classes on weakly varied copies, by running statistics.</summary>
    private double[][] Predict(int[] images, long step, int side, DerivedNetwork judge)
    {
        using ImageBatch weak = new(_loop.Engine.Share(images.Length), new ImageShape(_loop.Data.Pixels.Shape.Channels, side, side));
        _loop.Augment(images, step, side, weak.Pixels, RandomPurpose.WeakViews, weak.Rows);
        float[] features = _loop.Engine.Features(new DerivedBody(judge), weak);
        double[][] logs = new ClassifierHead(judge.Classifier!, 0).LogProbabilities(features, judge.Macro.Features);
        foreach (double[] p in logs)
        {
            for (int c = 0; c < p.Length; c++) p[c] = Math.Exp(p[c]);
        }

        return logs;
    }
}
