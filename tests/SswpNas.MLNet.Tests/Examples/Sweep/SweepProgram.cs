using SswpNas.MLNet.Tests.Data;

namespace SswpNas.MLNet.Tests.Examples.Sweep;

/// <summary>The sweep program on images of noise, with a search that is made once for all tests.</summary>
internal sealed class SweepProgram : IDisposable
{
    /// <summary>Two ratios, three initialisations, two seeds.</summary>
    public const int Cells = 12;

    public static readonly string[] Sweep = ["--scale", "smoke", "--ratios", "0.9,0.4", "--seeds", "1,2"];

    private static readonly Lazy<SweepProgram> _searched = new(() =>
    {
        SweepProgram program = new();
        program._folder.WithClasses(32, "train/ant", "train/bee", "train/cat").WithClasses(36, "test/ant", "test/bee", "test/cat");
        ExampleProcess.Finished run = program.Run("search", [.. Sweep, "--data", "train", "--test-data", "test"]);
        Assert.AreEqual(0, run.Code, run.Error + run.Output);
        return program;
    });

    private readonly TestFolder _folder = new();

    public string Root => _folder.Root;

    /// <summary>The folder of the sweep.</summary>
    public string Output => Path.Combine(Root, "sweep");

    /// <summary>A folder of its own whose search is done; the images are those of all.</summary>
    public static SweepProgram Searched()
    {
        SweepProgram program = new();
        Copy(_searched.Value.Output, program.Output);
        return program;
    }

    public ExampleProcess.Finished Run(string verb, params string[] options) =>
        ExampleProcess.Run("LabelRatioSweep", Root, [verb, "--output", "sweep", .. options]);

    public ExampleProcess Start(string verb, params string[] options) =>
        ExampleProcess.Start("LabelRatioSweep", Root, [verb, "--output", "sweep", .. options]);

    /// <summary>Merges, and gives the lines of sweep.csv without the seconds.</summary>
    public string[] Merged()
    {
        ExampleProcess.Finished merge = Run("merge");
        Assert.AreEqual(0, merge.Code, merge.Error);
        return [.. File.ReadAllLines(Path.Combine(Output, "sweep.csv")).Select(WithoutSeconds)];
    }

    public string[] CellFiles(string pattern) =>
        Directory.Exists(Path.Combine(Output, "sweep")) ? Directory.GetFiles(Path.Combine(Output, "sweep", "cells"), pattern) : [];

    public void Dispose() => _folder.Dispose();

    private static string WithoutSeconds(string line)
    {
        string[] fields = line.Split(',');
        fields[11] = "";
        return string.Join(',', fields);
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
