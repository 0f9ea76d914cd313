using System.CommandLine;
using Microsoft.ML;
using Microsoft.ML.Transforms.Image;
using SswpNas.MLNet;
using SswpNas.MLNet.Data;
using SswpNas.MLNet.Examples;
using SswpNas.MLNet.Onnx;
using SswpNas.MLNet.Onnx.Proto;
using SswpNasTool.Models;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace SswpNasTool.Commands;

/// <summary><c>export</c>: the network for other programs, and what these have to know of it.</summary>
internal sealed class ExportCommand : ToolCommand
{
    private readonly Argument<string> _model = NameArgument("MODEL", "A model.zip, or a folder that train wrote");

    private readonly Option<string?> _output = Text("--output", "FILE", "The ONNX file; it is replaced where it exists", "a file", IsName, OutputFolder.OnnxName);

    public ExportCommand()
        : base("export", "Writes the network of a model as ONNX and says what a program in another language has to feed it.",
            "sswpnas export sswpnas-output --output parts.onnx")
    {
        Arguments.Add(_model);
        Options.Add(_output);
    }

    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        string output = Path.GetFullPath(parsed.GetValue(_output)!);
        using SavedModel model = SavedModel.Load(new MLContext(), parsed.GetValue(_model)!);
        byte[] onnx = ExportedNetwork.Of(model.Path);
        Directory.CreateDirectory(Path.GetDirectoryName(output)!);
        NewFile.Write(output, file => File.WriteAllBytes(file, onnx));
        OnnxModelInfo info = OnnxModelInfo.Read(output);
        GraphProto graph = ModelProto.Parser.ParseFrom(onnx).Graph;
        return new ToolAnswer(ConsoleRun.Done, Figures(model, info, graph, output), [.. Words(model, info, graph), $"Written to {output}"]);
    }

    private static Dictionary<string, object?> Figures(SavedModel model, OnnxModelInfo info, GraphProto graph, string output) => new()
    {
        ["input"] = graph.Input[0].Name,
        ["shape"] = Shape(graph.Input[0]),
        ["outputs"] = graph.Output.ToDictionary(o => o.Name, Shape),
        ["black"] = info.Black,
        ["white"] = info.White,
        ["resizing"] = model.Resizing?.ToString(),
        ["decodedLeastSide"] = ImageForm.UsualLeastSide,
        ["classes"] = info.ClassNames,
        ["metadata"] = info.Metadata,
        ["output"] = output,
    };

    private static IEnumerable<string> Words(SavedModel model, OnnxModelInfo info, GraphProto graph)
    {
        yield return $"Input: {graph.Input[0].Name}, Single numbers, [{string.Join(", ", Shape(graph.Input[0]))}], planes of red, green and blue, row by row.";
        yield return FormattableString.Invariant($"Pixels: black is {info.Black}, white {info.White}; the normalisation is inside the graph.");
        yield return "Decoding: turned as the camera says (EXIF), in sRGB, on a white ground where transparent. "
            + $"JPEG and WebP may be decoded at 1/2, 1/4 or 1/8 of their size, where the shorter side keeps {ImageForm.UsualLeastSide} pixels.";
        yield return $"Resizing: to {info.ImageWidth} x {info.ImageHeight} pixels, " + model.Resizing switch
        {
            ImageResizingEstimator.ResizingKind.IsoCrop => "the middle of the image in that proportion (IsoCrop).",
            ImageResizingEstimator.ResizingKind.IsoPad => "the whole image with black borders (IsoPad).",
            ImageResizingEstimator.ResizingKind.Fill => "stretched (Fill).",
            _ => "as the model's own steps before the network do.",
        };
        yield return $"Outputs: {string.Join("; ", graph.Output.Select(o => $"{o.Name} [{string.Join(", ", Shape(o))}]"))}. Score has the probabilities in the order of the classes.";
        yield return $"Classes: {string.Join(", ", info.ClassNames.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{i} {name}")))}.";
        if (info.Metadata.TryGetValue(ExportedModel.TemperatureKey, out string? temperature)) yield return $"Temperature: {temperature}, inside the graph.";
        if (info.Metadata.TryGetValue(OnnxModelInfo.RejectBelowKey, out string? below))
            yield return $"Rejection: no class is named where the highest probability is below {below}; the index in the outputs is -1 then, the probabilities are there all the same.";
    }

    private static string[] Shape(ValueInfoProto value) =>
        [.. value.Type.TensorType.Shape.Dim.Select(d => d.DimValue > 0 ? d.DimValue.ToString(CultureInfo.InvariantCulture) : "N")];
}
