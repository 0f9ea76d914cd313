using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Onnx.Scoring;

namespace SswpNas.MLNet;

/// <summary>
/// A fitted network as a chain of ML.NET's own transformers. <c>mlContext.Model.Save</c> writes that chain, so a saved
/// model loads and scores where neither this package nor TorchSharp is known. It takes a pixel column of
/// <see cref="float"/> in the layout and the units that the network was trained with.
/// </summary>
/// <remarks>
/// <see cref="Transform"/> runs the network on up to 64 rows at a time, on the threads that the estimator's options name;
/// a saved model, and <c>PredictionEngine</c>, run it row by row. The numbers are the same but for rounding (1e-6). Rows
/// may be read from many threads at once, each with its own cursor. ML.NET keeps a file of the network in its temporary
/// folder until this is disposed.
/// </remarks>
public abstract class OnnxPipelineTransformer : ITransformer, IDisposable
{
    private readonly ITransformer _chain;
    private readonly BatchedScorer _scorer;
    private bool _isDisposed;

    private protected OnnxPipelineTransformer(MLContext ml, ExportedModel model, string predictedLabel, int? threads)
    {
        _chain = StockChain.Create(ml, model, predictedLabel);
        _scorer = new BatchedScorer(model, predictedLabel, threads, StockChain.Gpu(ml));
    }

    /// <summary>Always true: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema that <see cref="Transform"/> gives for an input schema; no data are read.</summary>
    /// <param name="inputSchema">A schema with the pixel column.</param>
    /// <returns>The input's columns and the network's outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pixel column is missing or of another type, size or layout.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Describe(Scored(inputSchema));

    /// <summary>Scores data, many rows at a time; the work is done as rows are read.</summary>
    /// <param name="input">Data with the pixel column.</param>
    /// <returns>The input's columns and the network's outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pixel column is missing or of another type, size or layout.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    /// <exception cref="NotSupportedException"><c>mlContext.Model.ConvertToOnnx</c> asks, which would leave the network out.</exception>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        StockConversion.Refuse();
        return Describe(new ScoredView(input, _scorer, Scored(input.Schema)));
    }

    /// <summary>The mapper behind <c>PredictionEngine</c>.</summary>
    /// <param name="inputSchema">A schema with the pixel column.</param>
    /// <returns>A mapper of single rows.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pixel column is of another layout.</exception>
    /// <exception cref="ObjectDisposedException">This is disposed.</exception>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema)
    {
        _scorer.CheckLayout(inputSchema);
        return Chain.GetRowToRowMapper(inputSchema);
    }

    /// <summary>Frees the network and deletes its temporary file.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        _scorer.Dispose();
        (_chain as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => Chain.Save(ctx);

    /// <summary>Whether the session behind <see cref="Transform"/> is open.</summary>
    internal bool IsScoring => _scorer.Session.IsOpen;

    private ITransformer Chain => _isDisposed
        ? throw new ObjectDisposedException(
            GetType().Name, "The transformer is disposed, and its network is gone: save it, or score with it, before Dispose.")
        : _chain;

    private DataViewSchema Scored(DataViewSchema input)
    {
        _scorer.CheckLayout(input);
        return _scorer.Schema(input, Chain.GetOutputSchema(input));
    }

    private protected virtual DataViewSchema Describe(DataViewSchema output) => output;

    private protected virtual IDataView Describe(IDataView output) => output;
}
