namespace SswpNas.MLNet.Sweeps;

/// <summary>One cell of a sweep by the estimators that a user would take: mask labels, fine-tune, evaluate.</summary>
internal sealed class SweepCellRun(
    MLContext ml, SweepData data, SweepOptions options, SearchResult search, PretrainResult? pretraining, string label,
    string pixels)
{
    public SweepRecord Run(SweepCell cell)
    {
        (IDataView train, IDataView test) = Parts(cell);
        MaskedLabelView few = MaskedLabelView.Of(train, label, (labels, names) => cell.LabelsPerClass is int perClass
            ? StratifiedSubset.PerClass(labels, names, perClass, cell.Seed)
            : StratifiedSubset.Fraction(labels, names, cell.Ratio!.Value, cell.Seed));
        FineTuneOptions fineTune = FineTune(cell);
        using ConcomitantFineTuneTransformer model = new ConcomitantFineTuneEstimator(
            ml, label, pixels, fineTune, search, pretraining).Fit(few);
        if (fineTune.Checkpoints is not null) Directory.Delete(fineTune.Checkpoints.Folder, recursive: true);
        MulticlassClassificationMetrics metrics = ml.MulticlassClassification.Evaluate(
            model.Transform(test), label, options.FineTune.ScoreColumnName,
            predictedLabelColumnName: options.FineTune.PredictedLabelColumnName);
        return SweepRecord.Of(cell) with
        {
            Labels = RowIds.Read(few, LabelColumn.Of(few.Schema, label)).Labels.Count(n => n != LabelColumn.Missing),
            LearningRate = model.LearningRate,
            AccuracyMicro = metrics.MicroAccuracy,
            AccuracyMacro = metrics.MacroAccuracy,
            LogLoss = metrics.LogLoss,
            Status = nameof(SweepStatus.Done),
        };
    }

    private FineTuneOptions FineTune(SweepCell cell) => options.FineTune with
    {
        Initialization = cell.Initialization,
        Seed = cell.Seed,
        LearningRates = options.LearningRates.GetValueOrDefault(cell.Initialization) ?? options.FineTune.LearningRates,
        CancellationToken = options.CancellationToken,
        CancellationBehavior = CancellationBehavior.Throw, // half a cell is none
        Checkpoints = options.FineTune.Checkpoints is CheckpointOptions all
            ? all with { Folder = Path.Combine(all.Folder, "cell-" + cell.Number.ToString("D5", CultureInfo.InvariantCulture)) }
            : null,
    };

    /// <summary>The data as they are, or a fold of them against the others.</summary>
    private (IDataView Train, IDataView Test) Parts(SweepCell cell)
    {
        if (data.Test is not null) return (data.Train, data.Test);
        int[] fold = StratifiedSubset.Fold(data.Rows.Labels, data.ClassNames, cell.Fold, options.Folds!.Value, cell.Seed);
        HashSet<DataViewRowId> ids = data.Rows.At(fold);
        return (new RowSubsetView(data.Train, ids, false), new RowSubsetView(data.Train, ids, true));
    }
}
