using System.CommandLine;
using Microsoft.ML;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;
using SswpNasTool.Images;
using SswpNasTool.Models;
using static SswpNas.MLNet.Examples.CheckedOption;

namespace SswpNasTool.Commands;

/// <summary><c>score</c>: a model names the images of a folder.</summary>
internal sealed class ScoreCommand : ToolCommand
{
    private const int MostSaid = 20;

    private readonly Argument<string> _model = NameArgument("MODEL", "A model.zip, or a folder that train wrote");

    private readonly Argument<string> _folder = NameArgument("FOLDER", "Images, searched with its folders");

    private readonly Option<string?> _output = Text("--output", "FILE",
        "The CSV file: path, class, probability, a score for each class, error; an earlier table of scores is replaced", "a file", IsName, "scores.csv");

    private readonly Option<string?> _sort = Text("--sort", "DIR",
        "Copy the images into a folder for each class there, and unsure for those that no class is named for; nothing is overwritten", "a folder", IsName);

    public ScoreCommand()
        : base("score", "Names the images of a folder by a model. Exit code 1 where some files could not be read.",
            "sswpnas score sswpnas-output photos --sort sorted")
    {
        Arguments.Add(_model);
        Arguments.Add(_folder);
        Options.Add(_output);
        Options.Add(_sort);
    }

    protected override ToolAnswer Run(ParseResult parsed, CancellationToken cancel)
    {
        string folder = Path.GetFullPath(parsed.GetValue(_folder)!), output = Path.GetFullPath(parsed.GetValue(_output)!);
        string? sort = parsed.GetValue(_sort) is string name ? Path.GetFullPath(name) : null;
        ScoreTable.EnsureCanReplace(output);
        if (sort is not null && $"{sort}{Path.DirectorySeparatorChar}".StartsWith($"{folder}{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            throw new UsageException($"--sort is '{sort}', which lies in the folder of images '{folder}'; another folder was expected, so that copies are not scored again.");
        MLContext ml = new();
        using SavedModel model = SavedModel.Load(ml, parsed.GetValue(_model)!);
        ImageSetReader reader = new(ml, Console.Error.WriteLine);
        ImageSet images = reader.Flat(folder);
        Dictionary<string, int> counts = [];
        SortedCopies? copies = sort is null ? null : new SortedCopies(sort, model.ClassNames);
        using (ScoreTable table = new(output, model.ClassNames))
        {
            foreach (ScoredImage image in model.Score(ml, images.Paths))
            {
                cancel.ThrowIfCancellationRequested();
                string? named = image.PredictedLabel == 0 ? null : model.ClassNames[(int)image.PredictedLabel - 1];
                table.Add(Path.GetRelativePath(folder, image.ImagePath), named, image.Score);
                copies?.Add(image.ImagePath, named);
                counts[named ?? ""] = counts.GetValueOrDefault(named ?? "") + 1;
            }

            foreach (ImageProblem problem in reader.Problems) table.AddProblem(Path.GetRelativePath(folder, problem.Path), problem.Reason);
            table.Complete();
        }

        foreach (ImageProblem problem in reader.Problems.Take(MostSaid)) Console.Error.WriteLine($"'{problem.Path}' was not scored: it {problem.Reason}.");
        if (reader.Problems.Count > MostSaid) Console.Error.WriteLine($"{reader.Problems.Count - MostSaid} more files were not scored; '{output}' names them.");
        return Answer(model, images, reader.Problems.Count, counts, copies, output, sort);
    }

    private static ToolAnswer Answer(
        SavedModel model, ImageSet images, int problems, Dictionary<string, int> counts, SortedCopies? copies, string output, string? sort)
    {
        int unsure = counts.GetValueOrDefault("");
        Dictionary<string, int> classes = model.ClassNames.ToDictionary(name => name, name => counts.GetValueOrDefault(name));
        List<string> words =
        [
            $"{images.Paths.Length} of {images.Paths.Length + problems} images scored: {string.Join(", ", classes.Select(c => $"{c.Key} {c.Value}"))}"
                + (unsure == 0 ? "." : $", no class {unsure}."),
            $"Written to {output}",
        ];
        if (copies is not null) words.Add($"{copies.Copied} images copied to {sort}" + (copies.There == 0 ? "" : $", {copies.There} were there already"));
        string[] renamed = [.. model.ClassNames.Where(name => copies is not null && SortedCopies.FolderOf(name) != name)];
        if (renamed.Length > 0) Console.Error.WriteLine($"Names of classes that no folder can have were changed: {string.Join(", ", renamed.Select(n => $"{n} to {SortedCopies.FolderOf(n)}"))}.");
        return new ToolAnswer(problems == 0 ? ConsoleRun.Done : ConsoleRun.Failed, new Dictionary<string, object?>
        {
            ["scored"] = images.Paths.Length,
            ["unreadable"] = problems,
            ["unsure"] = unsure,
            ["classes"] = classes,
            ["copied"] = copies?.Copied,
            ["model"] = model.Path,
            ["output"] = output,
            ["sorted"] = sort,
        }, words);
    }
}
