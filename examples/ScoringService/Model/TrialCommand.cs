using System.CommandLine;
using SswpNas.MLNet.Examples;
using SswpNas.MLNet.Onnx;

namespace ScoringService.Model;

/// <summary>The verb with which the service starts itself for the trial of a model; nobody else needs it.</summary>
internal sealed class TrialCommand : Command
{
    private readonly Argument<string> _path = new("path");
    private readonly Argument<long> _bytes = new("bytes");

    public TrialCommand()
        : base(ModelTrial.Verb, "Tries a model that comes on the standard input.")
    {
        Hidden = true;
        Arguments.Add(_path);
        Arguments.Add(_bytes);
        ConsoleRun.SetAction(this, (parsed, _) =>
        {
            OnnxTelemetry.SwitchOff();
            ModelTrial.Try(parsed.GetRequiredValue(_path), parsed.GetRequiredValue(_bytes));
            return ConsoleRun.Done;
        });
    }
}
