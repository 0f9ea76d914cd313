using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Onnx.Models;

namespace SswpNas.MLNet;

public sealed partial class SswpNasCatalog
{
    /// <summary>
    /// Loads a saved model as <c>mlContext.Model.Load</c> does, after checks for a file of unknown origin: how large it is
    /// and unpacks to, the names in it, the assemblies that it asks ML.NET to load, and that the ONNX models in it contain
    /// all their tensor data. A program without this library loads a model that it trusts by ML.NET alone.
    /// </summary>
    /// <remarks>
    /// ML.NET itself reads what is in the parts, and ONNX Runtime runs the networks; neither is made for data that somebody
    /// wrote to do harm. Score such a model in a process that may do little.
    /// </remarks>
    /// <param name="path">The file.</param>
    /// <param name="inputSchema">The schema that the model was saved with.</param>
    /// <param name="options">The limits; null for the defaults.</param>
    /// <returns>The model; dispose of it where it is <see cref="IDisposable"/>.</returns>
    /// <exception cref="ArgumentException">The path is empty, or options are out of range; the message lists all of them.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">
    /// It is not a model, is damaged, or holds more than the options allow; the message names the part.
    /// </exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    [SuppressMessage("Design", "CA1031", Justification = "ML.NET has no exception of its own for a model that does not load.")]
    public ITransformer LoadModel(string path, out DataViewSchema inputSchema, ModelFileOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new ModelFileOptions();
        OptionCheck.ThrowIfAny(options.Problems(), "The model file's options");
        string full = Path.GetFullPath(path);
        byte[] zip = RegularFile.Bytes(full, options.MaxFileBytes);
        ModelArchive.Check(zip, full, options);
        OnnxTelemetry.SwitchOff();
        try
        {
            (ITransformer model, inputSchema) = ModelLoading.Load(
                () => (Context.Model.Load(new MemoryStream(zip, writable: false), out DataViewSchema schema), schema));
            return model;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or OperationCanceledException))
        {
            TemporaryFolder.Check(Context.TempFilePath, zip.Length); // not the file's fault
            throw Damaged.File(full, $"cannot be loaded by ML.NET ({e.Message.Split('\n')[0]})", "a model", e);
        }
    }
}
