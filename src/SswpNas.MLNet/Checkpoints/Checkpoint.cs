using System.Text.Json;
using SswpNas.MLNet.Messages;
using SswpNas.MLNet.Storage;

namespace SswpNas.MLNet.Checkpoints;

/// <summary>All that a run needs to go on: what fits JSON, and tensors by name.</summary>
/// <param name="State">A record of the run's own.</param>
/// <param name="Tensors">Weights, statistics, moments.</param>
/// <param name="Source">Where it was read, for messages.</param>
internal sealed record Checkpoint(JsonElement State, IReadOnlyDictionary<string, TensorValue> Tensors, string Source = "")
{
    public static Checkpoint Of<TState>(TState state, IReadOnlyDictionary<string, TensorValue> tensors) =>
        new(JsonSerializer.SerializeToElement(state, JsonFormat.Options), tensors);

    /// <exception cref="InvalidDataException">It is no such state.</exception>
    public TState StateAs<TState>()
        where TState : class
    {
        try
        {
            return State.Deserialize<TState>(JsonFormat.Options) ?? throw new JsonException("it is null");
        }
        catch (JsonException e)
        {
            throw Damaged.File(Source, $"has a state in another format ({e.Message})", "the state of such a run", e);
        }
    }

    /// <summary>Refuses a state that no run would have saved, even if its checksums are right.</summary>
    /// <exception cref="InvalidDataException">It is impossible.</exception>
    public void That(bool good, string what)
    {
        if (!good) throw Damaged.File(Source, $"has an impossible value for {what}", "the state of a run");
    }

    /// <summary>The numbers of a tensor.</summary>
    /// <exception cref="InvalidDataException">There is none of this name and shape.</exception>
    public float[] Tensor(string name, long[] shape)
    {
        string expected = $"'{name}' of shape [{string.Join(", ", shape)}]";
        if (!Tensors.TryGetValue(name, out TensorValue? value)) throw Damaged.File(Source, $"lacks tensor '{name}'", expected);
        return value.Shape.AsSpan().SequenceEqual(shape)
            ? value.Values
            : throw Damaged.File(Source, $"has tensor '{name}' of shape [{string.Join(", ", value.Shape)}]", expected);
    }

    /// <summary>The first tensor with a number that is NaN or infinite; null if there is none.</summary>
    public string? NonFiniteTensor() =>
        Tensors.FirstOrDefault(tensor => !Array.TrueForAll(tensor.Value.Values, float.IsFinite)).Key;
}

/// <summary>What can be saved at every step, and be set back to what was saved.</summary>
internal interface IRunState
{
    Checkpoint Save();

    /// <exception cref="InvalidDataException">It is of another network or run.</exception>
    void Load(Checkpoint checkpoint);
}
