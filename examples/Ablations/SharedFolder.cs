using System.Text.Json;
using SswpNas.MLNet;
using SswpNas.MLNet.Examples;

namespace Ablations;

/// <summary>What one training came to on the test images.</summary>
/// <param name="Accuracy">The part of the test images that is named correctly, 0 to 1.</param>
/// <param name="Seconds">Its duration, without those of the search and the pre-training before it.</param>
/// <param name="Parameters">Trainable parameters of the network.</param>
/// <param name="Genotype">The architecture, a line a cell.</param>
/// <param name="Version">The library's version.</param>
internal sealed record Outcome(double Accuracy, double Seconds, long Parameters, string Genotype, string Version);

/// <summary>
/// Searches, pre-trainings and outcomes that are done, each under a name that only the same options, images and seed have.
/// What is there is whole; what cannot be read is made anew.
/// </summary>
internal sealed class SharedFolder
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true };

    private readonly string _root;

    public SharedFolder(string root)
    {
        _root = Path.GetFullPath(root);
        Directory.CreateDirectory(_root);
        SearchResult.EnsureCanSave(Path.Combine(_root, "probe"));
    }

    public SearchResult Search(string key, Func<SearchResult> make) => Get(
        $"search-{key}", SearchResult.Load, make, (result, path) => result.Save(path));

    public PretrainResult Pretraining(string key, Func<PretrainResult> make) => Get(
        $"pretraining-{key}", PretrainResult.Load, make, (result, path) => result.Save(path));

    public Outcome Outcome(string key, Func<Outcome> make) => Get(
        $"outcome-{key}.json",
        path => JsonSerializer.Deserialize<Outcome>(File.ReadAllText(path)) ?? throw new JsonException("null"),
        make, (result, path) => NewFile.WriteText(path, JsonSerializer.Serialize(result, _json) + "\n"));

    private T Get<T>(string name, Func<string, T> load, Func<T> make, Action<T, string> save)
    {
        string path = Path.Combine(_root, name);
        if (Path.Exists(path))
        {
            try
            {
                return load(path);
            }
            catch (Exception damaged) when (damaged is InvalidDataException or JsonException or FileNotFoundException)
            {
                Console.Error.WriteLine($"{damaged.Message} It is made anew.");
                if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
                else File.Delete(path);
            }
        }

        T made = make();
        save(made, path);
        return made;
    }
}
