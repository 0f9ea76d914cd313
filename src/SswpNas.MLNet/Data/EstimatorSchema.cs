using Microsoft.ML.Transforms.Image;

namespace SswpNas.MLNet.Data;

/// <summary>
/// Output shapes before there is data. ML.NET gives third parties no way to make a shape's column, so they are borrowed
/// from a custom mapping that is never run. Sizes are no part of a shape: the 1s stand for any.
/// </summary>
internal static class EstimatorSchema
{
    private static readonly VectorDataViewType Names = new(TextDataViewType.Instance, 1);

    /// <summary>The input's columns and a vector of Single of known size.</summary>
    public static SchemaShape WithFeatures(MLContext ml, SchemaShape input, string features) =>
        With<VectorOutput>(ml, input, features, new VectorDataViewType(NumberDataViewType.Single, 1), names: null);

    /// <summary>The input's columns and images of any size.</summary>
    public static SchemaShape WithImage(MLContext ml, SchemaShape input, string image) =>
        With<ImageOutput>(ml, input, image, new ImageDataViewType(), names: null);

    /// <summary>The input's columns, the predicted label as a key with names, the scores with theirs, the features.</summary>
    public static SchemaShape WithPrediction(
        MLContext ml, SchemaShape input, string score, string predictedLabel, string? features)
    {
        VectorDataViewType vector = new(NumberDataViewType.Single, 1);
        SchemaShape shape = With<VectorOutput>(ml, input, score, vector, "SlotNames");
        shape = With<KeyOutput>(
            ml, shape, predictedLabel, new KeyDataViewType(typeof(uint), 1), "KeyValues");
        return features is null ? shape : WithFeatures(ml, shape, features);
    }

    /// <summary>The network reads and writes its columns at once, so their names have to differ.</summary>
    public static IEnumerable<string> NameProblems(params string?[] names) =>
        names.Where(name => name is not null).GroupBy(name => name).Where(group => group.Count() > 1)
            .Select(group => $"'{group.Key}' is the name of {group.Count()} columns of the network; each one's own was expected.");

    /// <summary>A teacher column has a name.</summary>
    public static IEnumerable<string> TeacherProblems(string? name) =>
        name is null || !string.IsNullOrWhiteSpace(name) ? [] : ["teacherColumnName is empty; the name of a column or null was expected."];

    private static SchemaShape With<TOutput>(
        MLContext ml, SchemaShape input, string column, DataViewType type, string? names)
        where TOutput : class, new()
    {
        SchemaDefinition schema = SchemaDefinition.Create(typeof(TOutput));
        schema[0].ColumnName = column;
        schema[0].ColumnType = type;
        if (names is not null)
            schema[0].AddAnnotation(names, new VBuffer<ReadOnlyMemory<char>>(1, [default]), Names);
        return ml.Transforms
            .CustomMapping<NoInput, TOutput>((_, _) => { }, contractName: null, outputSchemaDefinition: schema)
            .GetOutputSchema(input);
    }

    private sealed class NoInput;

    private sealed class VectorOutput
    {
        public float[] Value { get; set; } = [];
    }

    private sealed class ImageOutput
    {
        [ImageType(1, 1)] // it wants some size
        public MLImage? Value { get; set; }
    }

    private sealed class KeyOutput
    {
        public uint Value { get; set; }
    }
}
