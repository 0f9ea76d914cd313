namespace ScoreImages;

/// <summary>What the user has to mend, said in one message.</summary>
internal sealed class UsageException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>The program: every image through the model, a line each into the CSV file.</summary>
internal static class Scoring
{
    /// <summary>Returns 0 when all images were scored, 1 when some could not be read.</summary>
    public static int Run(FileInfo model, DirectoryInfo folder, FileInfo output)
    {
        string[] images = ImageFolder.Find(folder);
        using ImageModel scorer = ImageModel.Load(model);
        using CsvFile csv = new(output.FullName);
        csv.Write(["path", "predictedLabel", .. scorer.ClassNames.Select(name => $"score.{name}"), "error"]);
        int unreadable = 0;
        foreach (string image in images)
        {
            string path = Path.GetRelativePath(folder.FullName, image);
            string? problem = Score(scorer, image, out Prediction? prediction);
            csv.Write([path, prediction?.Label ?? "", .. Scores(scorer, prediction), problem ?? ""]);
            if (problem is null) continue;
            unreadable++;
            Console.Error.WriteLine($"'{image}' was not scored: {problem}");
        }

        csv.Complete();
        Console.WriteLine($"{images.Length - unreadable} of {images.Length} images scored: '{output.FullName}'.");
        return unreadable == 0 ? 0 : 1;
    }

    // Whatever is wrong with a file must not stop the others.
    private static string? Score(ImageModel scorer, string image, out Prediction? prediction)
    {
        prediction = null;
        try
        {
            return scorer.Predict(image, out prediction);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return failure.Message;
        }
    }

    private static IEnumerable<string> Scores(ImageModel scorer, Prediction? prediction) =>
        prediction is null
            ? scorer.ClassNames.Select(_ => "")
            : prediction.Scores.Select(score => score.ToString("R", System.Globalization.CultureInfo.InvariantCulture));
}
