using Microsoft.ML;
using Microsoft.ML.Data;

namespace SswpNas.MLNet;

/// <summary>
/// A fitted network as a chain of ML.NET's own transformers. <c>mlContext.Model.Save</c> writes that chain, so a saved
/// model loads and scores where neither this package nor TorchSharp is known. It takes a pixel column of
/// <see cref="float"/> in the layout and the units that the network was trained with.
/// </summary>
/// <remarks>ML.NET keeps a file of the network in its temporary folder until this is disposed.</remarks>
public abstract class StockChainTransformer : ITransformer, IDisposable
{
    private readonly ITransformer _chain;

    private protected StockChainTransformer(ITransformer chain)
    {
        _chain = chain;
    }

    /// <summary>Always true: each row is scored by itself.</summary>
    public bool IsRowToRowMapper => true;

    /// <summary>The schema that <see cref="Transform"/> gives for an input schema; no data are read.</summary>
    /// <param name="inputSchema">A schema with the pixel column.</param>
    /// <returns>The input's columns and the network's outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pixel column is missing or of another type or size.</exception>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Describe(_chain.GetOutputSchema(inputSchema));

    /// <summary>Scores data; the work is done as rows are read.</summary>
    /// <param name="input">Data with the pixel column.</param>
    /// <returns>The input's columns and the network's outputs.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The pixel column is missing or of another type or size.</exception>
    public IDataView Transform(IDataView input) => Describe(_chain.Transform(input));

    /// <summary>The mapper behind <c>PredictionEngine</c>.</summary>
    /// <param name="inputSchema">A schema with the pixel column.</param>
    /// <returns>A mapper of single rows.</returns>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _chain.GetRowToRowMapper(inputSchema);

    /// <summary>Frees the network and deletes its temporary file.</summary>
    public void Dispose()
    {
        (_chain as IDisposable)?.Dispose();
        GC.SuppressFinalize(this);
    }

    void ICanSaveModel.Save(ModelSaveContext ctx) => _chain.Save(ctx);

    private protected virtual DataViewSchema Describe(DataViewSchema output) => output;

    private protected virtual IDataView Describe(IDataView output) => output;
}
