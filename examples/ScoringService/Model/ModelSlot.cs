namespace ScoringService.Model;

/// <summary>
/// The model that scores now. A request borrows it once and keeps it to its end; a model that was replaced is freed when the
/// last of its requests has given it back.
/// </summary>
internal sealed class ModelSlot : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private Entry? _current;

    /// <summary>A newer file that was not taken; null where the newest one is in use.</summary>
    public RefusedModel? Refused { get; private set; }

    /// <summary>Requests that have borrowed the current model and not given it back.</summary>
    internal int Loans
    {
        get
        {
            lock (_gate) return _current is null ? 0 : _current.Users - 1; // the slot itself is the first user
        }
    }

    /// <summary>The current model, to be disposed of by the borrower; null where there is none.</summary>
    public Loan? Borrow()
    {
        lock (_gate)
        {
            if (_current is null) return null;
            _current.Users++;
            return new Loan(this, _current);
        }
    }

    /// <summary>Puts a model in the place of the current one.</summary>
    public async ValueTask Replace(ImageModel? model)
    {
        Entry? last;
        lock (_gate)
        {
            last = _current;
            _current = model is null ? null : new Entry(model) { Users = 1 };
            Refused = null;
        }

        if (last is not null) await Return(last);
    }

    /// <summary>The current model's file is in its place, whatever was there before.</summary>
    public void Accept()
    {
        lock (_gate) Refused = null;
    }

    /// <summary>Leaves the current model where it is.</summary>
    public void Refuse(RefusedModel refused)
    {
        lock (_gate) Refused = refused;
    }

    public ValueTask DisposeAsync() => Replace(null);

    private async ValueTask Return(Entry entry)
    {
        bool isLast;
        lock (_gate) isLast = --entry.Users == 0;
        if (isLast) await entry.Model.DisposeAsync();
    }

    internal sealed class Entry(ImageModel model)
    {
        public ImageModel Model => model;

        public int Users { get; set; }
    }

    /// <summary>The right to use a model.</summary>
    internal sealed class Loan(ModelSlot slot, Entry entry) : IAsyncDisposable
    {
        public ImageModel Model => entry.Model;

        public ValueTask DisposeAsync() => slot.Return(entry);
    }
}

/// <summary>A model file that was not taken.</summary>
/// <param name="Modified">When it was written.</param>
/// <param name="Problem">Why.</param>
public sealed record RefusedModel(DateTime Modified, string Problem);
