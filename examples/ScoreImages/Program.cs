using System.CommandLine;
using System.CommandLine.Invocation;
using ScoreImages;
using SswpNas.MLNet.Data;

// Scores a folder of images with a saved model. Stock ML.NET only: the model needs neither the library that made it nor
// libtorch. Exit codes: 0 all images scored, 1 some could not be read, 2 nothing could be done.
const int unusable = 2;

Option<FileInfo> model = new("--model")
{
    Description = "The model.zip: a chain that starts from the text column ImagePath.",
    Required = true,
};
Option<DirectoryInfo> images = new("--images")
{
    Description = $"The folder of images ({ImageNames.Extensions}), searched with its sub-folders.",
    Required = true,
};
Option<FileInfo> output = new("--output")
{
    Description = "The CSV file: path, predictedLabel, a score for each class, error.",
    DefaultValueFactory = _ => new FileInfo("scores.csv"),
};
RootCommand command = new("Scores a folder of images with a saved model.") { model, images, output };
command.SetAction(result =>
{
    try
    {
        return Scoring.Run(
            result.GetRequiredValue(model), result.GetRequiredValue(images), result.GetRequiredValue(output));
    }
    catch (Exception problem) when (problem is UsageException or IOException or UnauthorizedAccessException)
    {
        Console.Error.WriteLine(problem.Message);
        return unusable;
    }
});
ParseResult parsed = command.Parse(args);
int code = parsed.Invoke();
return parsed.Action is ParseErrorAction ? unusable : code;
