namespace SswpNas.MLNet.Checkpoints;

/// <summary>All that a run needs to go on: what fits JSON, and tensors by name.</summary>
internal sealed record Checkpoint(JsonElement State, IReadOnlyDictionary<string, TensorValue> Tensors, string Source = "")
{
    public static Checkpoint Of<TState>(TState state, IReadOnlyDictionary<string, TensorValue> tensors) =>
        new(JsonSerializer.SerializeToElement(state, JsonFormat.Options), tensors);

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
    public void That(bool good, string what)
    {
        if (!good) throw Damaged.File(Source, $"has an impossible value for {what}", "the state of a run");
    }

    /// <summary>The numbers of a tensor.</summary>
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

    void Load(Checkpoint checkpoint);
}
