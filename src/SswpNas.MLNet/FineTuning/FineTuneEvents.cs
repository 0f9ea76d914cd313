using SswpNas.MLNet.Search;
using Tensorboard;

namespace SswpNas.MLNet.FineTuning;

/// <summary>One training run of a fine-tuning for TensorBoard, in a folder of its own beside the other runs.</summary>
internal sealed class FineTuneEvents(string folder, int run, double learningRate, Action<string> warn) : IDisposable
{
    private EventFile? _file; // a run that is taken up from its checkpoints begins twice, but has epochs once
    private bool _hasFailed;

    public void Add(FineTuneEpoch epoch)
    {
        Summary summary = new();
        SearchEvents.Scalar(summary, "fine_tune/loss", epoch.Loss);
        if (epoch.ValidationAccuracy is double accuracy) SearchEvents.Scalar(summary, "fine_tune/validation_accuracy", accuracy);
        if (_file is null && !_hasFailed) Open();
        _file?.Add(epoch.Epoch, summary);
    }

    public void Dispose() => _file?.Dispose();

    private void Open()
    {
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"run_{run}_rate_{learningRate}"));
        try
        {
            _file = new EventFile(path, warn);
        }
        catch (IOException e)
        {
            _hasFailed = true;
            warn($"{e.Message} The run goes on without it.");
        }
    }
}
