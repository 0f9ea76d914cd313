using System.CommandLine;
using SswpNas.MLNet.Examples;
using SswpNasTool.Training;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace SswpNasTool.Commands;

/// <summary><c>train</c>: from images to a model.</summary>
internal sealed class TrainCommand : ToolCommand
{
    private const string Auto = "auto";

    private readonly Argument<string> _data = NameArgument("DATA",
        "A folder with a folder for each class and a folder unlabelled (images beside them have no label either), or a CSV file with the columns ImagePath and Label");

    private readonly Option<string?> _output = Text("--output", "DIR",
        "Folder for model.zip, model.onnx, search-result, report.html, results.json and cross-validation.csv; files of an earlier run are replaced",
        "a folder", IsName, "sswpnas-output");

    private readonly Option<string[]> _labels = new("--labels")
    {
        Description = "A CSV file with the columns ImagePath and Label, for images of DATA; may be given several times, the last one counts most",
        HelpName = "CSV",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _testData = Text("--test-data", "DATA",
        "Labelled images that nothing learns from, as DATA: results and report say how well the model names them [default: none]", "a folder or a CSV file", IsName);

    private readonly Option<double?> _minutes = Number<double>("--minutes",
        "The time that the run may take; sizes and lengths are chosen by a measurement of some seconds [default: the usual lengths, however long they take]",
        "above 0, to 100000", m => m is > 0 and <= 100_000);

    private readonly Option<string?> _teacher = Text("--teacher", "TEACHER",
        "A pre-trained network to learn from: resnet18, or an ONNX file with one image input [N, 3, H, W], from 0 to 1, and one vector output [default: none]",
        "resnet18 or the path of an ONNX file", IsName);

    private readonly Option<string?> _imageSize = Text("--image-size", "N",
        "Side in pixels to which the middle squares of images are brought, or auto: 32, 48, 64 or 96, by the files' sizes and the time. From 96 on, choose a multiple of 16: the network reduces it to a quarter first, which is some 16 times as fast",
        "auto or a multiple of 4 from 8 to 512", size => size == Auto || SizeOf(size) is not null, Auto);

    private readonly Option<double?> _precision = Number<double>("--precision",
        "Name a class only where this part of the names is to be right; other images are unsure [default: always name one]",
        "above 0 and below 1", p => p is > 0 and < 1);

    private readonly Option<int?> _seed = Number<int>("--seed", "Seed of everything random; the same seed gives the same result", "a whole number", _ => true, 1);

    private readonly Option<int?> _threads = Number<int>("--threads", "CPU threads; the result does not depend on it [default: all cores]", "1 to 1024", n => n is >= 1 and <= 1024);

    private readonly Option<bool> _smoke = new("--smoke") { Description = "Seconds, to see that all works; the model is of no use" };

    public TrainCommand()
        : base("train", "Searches a network on all images, fine-tunes it on the labels, and says by cross-validation how good it is. Stopped with Ctrl-C, the same command goes on where it was.",
            "sswpnas train parts --minutes 20")
    {
        Arguments.Add(_data);
        foreach (Option option in (Option[])[_output, _labels, _testData, _minutes, _teacher, _imageSize, _precision, _seed, _threads, _smoke]) Options.Add(option);
        Validators.Add(result =>
        {
            if (result.GetValue(_smoke) && result.GetValue(_minutes) is not null)
                result.AddError("--smoke and --minutes came together; one of them was expected.");
        });
    }

    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        TrainRequest request = new()
        {
            Data = parsed.GetValue(_data)!,
            Output = parsed.GetValue(_output)!,
            Labels = parsed.GetValue(_labels) ?? [],
            TestData = parsed.GetValue(_testData),
            Minutes = parsed.GetValue(_minutes),
            Teacher = parsed.GetValue(_teacher),
            ImageSize = SizeOf(parsed.GetValue(_imageSize)!),
            Precision = parsed.GetValue(_precision),
            Seed = parsed.GetValue(_seed)!.Value,
            Threads = parsed.GetValue(_threads),
            Smoke = parsed.GetValue(_smoke),
        };
        OutputFolder output = OutputFolder.Prepare(request.Output);
        try
        {
            TrainResults results = Display.Show(Verbosity.Normal, display => new TrainRun(request, output, display, cancel).Run(), toError: true);
            return new ToolAnswer(ConsoleRun.Done, results.Figures(), results.Words());
        }
        catch (Exception) when (cancel.IsCancellationRequested)
        {
            Console.Error.WriteLine(Directory.Exists(output.Checkpoints)
                ? $"Stopped. The same command goes on where it was; to start over, remove {output.Checkpoints}."
                : "Stopped before there was anything to go on from.");
            return new ToolAnswer(ConsoleRun.Stopped, null, []);
        }
    }

    private static int? SizeOf(string text) =>
        int.TryParse(text, out int size) && size is >= 8 and <= 512 && size % 4 == 0 ? size : null;
}
