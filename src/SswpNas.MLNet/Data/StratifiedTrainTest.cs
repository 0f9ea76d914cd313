namespace SswpNas.MLNet;

/// <summary>Both parts of a stratified split; ML.NET's own type for it cannot be made by others.</summary>
/// <param name="TrainSet">The rows to train on.</param>
/// <param name="TestSet">The rows held back.</param>
public sealed record StratifiedTrainTest(IDataView TrainSet, IDataView TestSet);
