using TorchSharp;

namespace SswpNas.MLNet.Tensors;

/// <summary>
/// What a caller may have set for the thread or the process, set as training needs it until this is disposed of, and put back
/// then: gradients are recorded, tensors are no inference tensors, numbers are Single and on the CPU where nothing else is said.
/// </summary>
internal sealed class TorchDefaults : IDisposable
{
    // The default type and device are the process's: of several fits at once the last one puts them back.
    private static readonly Lock _lock = new();
    private static int _users;
    private static torch.ScalarType _type;
    private static torch.Device _device = torch.CPU;

    private readonly IDisposable _inference = torch.inference_mode(false);
    private readonly IDisposable _gradients = torch.set_grad_enabled(true);

    public TorchDefaults()
    {
        lock (_lock)
        {
            if (_users++ > 0) return;
            (_type, _device) = (torch.get_default_dtype(), torch.get_default_device());
            if (_type != torch.ScalarType.Float32) torch.set_default_dtype(torch.ScalarType.Float32);
            if (_device.type != DeviceType.CPU) torch.set_default_device(torch.CPU);
        }
    }

    public void Dispose()
    {
        _gradients.Dispose();
        _inference.Dispose();
        lock (_lock)
        {
            if (--_users > 0) return;
            if (_device.type != DeviceType.CPU) torch.set_default_device(_device);
            if (_type != torch.ScalarType.Float32) torch.set_default_dtype(_type);
        }
    }
}
