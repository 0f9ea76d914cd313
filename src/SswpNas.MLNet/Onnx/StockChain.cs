using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.Transforms;
using Microsoft.ML.Transforms.Onnx;

namespace SswpNas.MLNet.Onnx;

/// <summary>
/// An exported network as a chain of ML.NET's own transformers, which ML.NET can save and load where none of our types
/// are known: the ONNX model gives scores and the class's index, [1]; a hash turns that vector into a scalar (no other
/// built-in transformer does), and a look-up turns the hash into a key with the class names.
/// </summary>
internal static class StockChain
{
    /// <summary>The model's output of the class's index.</summary>
    public const string Index = "SswpNas.PredictedIndex";

    private const string Hashed = "SswpNas.PredictedHash";
    private const int HashBits = 31;

    /// <summary>The chain for a network; one without a classifier gives features only.</summary>
    /// <returns>The chain. It holds a file under ML.NET's temporary folder until it is disposed.</returns>
    public static ITransformer Create(MLContext ml, ExportedModel model, string predictedLabel = "PredictedLabel")
    {
        OnnxTelemetry.SwitchOff();
        MLContext context = ContextFor(ml);
        string file = Path.Combine(context.TempFilePath, $"{Guid.NewGuid():N}.onnx");
        try
        {
            WholeFile.Write(file, model.Stock);
            return FromFile(context, file, model, predictedLabel);
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>The context's CUDA device, if this build of ONNX Runtime can use one.</summary>
    public static int? Gpu(MLContext ml)
    {
        if (ml.GpuDeviceId is null) return null;
        OnnxTelemetry.SwitchOff();
        return OrtEnv.Instance().GetAvailableProviders().Contains("CUDAExecutionProvider") ? ml.GpuDeviceId : null;
    }

    // The transformer that ML.NET makes from a file needs the file for saving. Loaded from a saved copy it owns its file.
    private static ITransformer FromFile(MLContext ml, string file, ExportedModel model, string predictedLabel)
    {
        IDataView input = NoPixels(ml, model);
        string[] outputs = [.. Outputs(model)];
        using OnnxTransformer network =
            ml.Transforms.ApplyOnnxModel(outputs, [model.Input], file).Fit(input);
        List<ITransformer> steps = [network];
        if (model.ClassNames is not null)
            steps.AddRange(Label(ml, network.Transform(input), model.ClassNames, predictedLabel));
        using MemoryStream saved = new();
        ml.Model.Save(new TransformerChain<ITransformer>([.. steps]), input.Schema, saved);
        return ModelLoading.Load(() =>
        {
            saved.Position = 0;
            return ml.Model.Load(saved, out _);
        });
    }

    private static IEnumerable<string> Outputs(ExportedModel model)
    {
        if (model.Features is not null) yield return model.Features;
        if (model.ClassNames is null) yield break;
        yield return model.Score;
        yield return Index;
    }

    private static IEnumerable<ITransformer> Label(
        MLContext ml, IDataView scored, IReadOnlyList<string> classNames, string predictedLabel)
    {
        IDataView classes = Classes(ml, classNames);
        (HashingTransformer hash, IDataView lookup) = DistinctHash(ml, classes, classNames.Count);
        IDataView hashed = hash.Transform(scored);
        ValueMappingTransformer map = ml.Transforms.Conversion
            .MapValue(predictedLabel, lookup, lookup.Schema[Hashed], lookup.Schema[nameof(ClassRow.Label)], Hashed)
            .Fit(hashed);
        ColumnSelectingTransformer drop = ml.Transforms.DropColumns(Index, Hashed).Fit(map.Transform(hashed));
        return [hash, map, drop];
    }

    // Two classes of one hash would be one class: another seed parts them.
    private static (HashingTransformer Hash, IDataView Lookup) DistinctHash(MLContext ml, IDataView classes, int count)
    {
        for (uint seed = 1; ; seed++)
        {
            HashingTransformer hash = ml.Transforms.Conversion
                .Hash(new HashingEstimator.ColumnOptions(Hashed, Index, HashBits, seed, combine: true))
                .Fit(classes);
            IDataView lookup = hash.Transform(classes);
            if (lookup.GetColumn<uint>(Hashed).Distinct().Count() == count) return (hash, lookup);
        }
    }

    private static IDataView Classes(MLContext ml, IReadOnlyList<string> classNames)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(ClassRow));
        schema[nameof(ClassRow.Index)].ColumnName = Index;
        SchemaDefinition.Column label = schema[nameof(ClassRow.Label)];
        label.ColumnType = new KeyDataViewType(typeof(uint), classNames.Count);
        ReadOnlyMemory<char>[] names = [.. classNames.Select(name => name.AsMemory())];
        label.AddAnnotation(
            "KeyValues",
            new VBuffer<ReadOnlyMemory<char>>(names.Length, names),
            new VectorDataViewType(TextDataViewType.Instance, names.Length));
        // In a class a key counts from 0; the data view adds the 1 that keeps 0 for "missing".
        return ml.Data.LoadFromEnumerable(
            classNames.Select((_, i) => new ClassRow { Index = [i], Label = (uint)i }), schema);
    }

    private static IDataView NoPixels(MLContext ml, ExportedModel model)
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(PixelRow));
        SchemaDefinition.Column pixels = schema[nameof(PixelRow.Pixels)];
        pixels.ColumnName = model.Input;
        pixels.ColumnType = new VectorDataViewType(NumberDataViewType.Single, model.InputShape);
        return ml.Data.LoadFromEnumerable(Array.Empty<PixelRow>(), schema);
    }

    // A device number meant for libtorch makes the CPU build of ONNX Runtime fail, whatever FallbackToCpu says.
    private static MLContext ContextFor(MLContext ml) =>
        ml.GpuDeviceId == Gpu(ml) ? ml : new MLContext { TempFilePath = ml.TempFilePath };

    private sealed class ClassRow
    {
        [VectorType(1)]
        public long[] Index { get; set; } = [];

        public uint Label { get; set; }
    }

    private sealed class PixelRow
    {
        public float[] Pixels { get; set; } = [];
    }
}
