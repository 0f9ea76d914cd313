using TorchSharp;

namespace SswpNas.MLNet.Tensors;

/// <summary>The device chosen by the options and the MLContext.</summary>
internal readonly record struct TorchDevice(DeviceType Type, int Index, string? Note)
{
    /// <summary>Loads libtorch and finds the device that <see cref="Choose"/> says.</summary>
    /// <exception cref="ArgumentException">The option is none of <see cref="DeviceOption.Expected"/>.</exception>
    /// <exception cref="InvalidOperationException">libtorch does not load, or there is no such GPU and
    /// <see cref="MLContext.FallbackToCpu"/> is false.</exception>
    public static TorchDevice Resolve(string option, MLContext context)
    {
        Libtorch.EnsureLoaded();
        int gpus = option == "cpu" || !torch.cuda.is_available() ? 0 : torch.cuda.device_count();
        return Choose(option, context.GpuDeviceId, context.FallbackToCpu, gpus);
    }

    /// <summary>
    /// "auto" is the MLContext's GPU if it names one, else the first GPU if there is one, else the CPU. "cuda" is the
    /// MLContext's GPU, else the first. "cuda:n" and "cpu" are what they say, whatever the MLContext names.
    /// </summary>
    /// <param name="option">The device option.</param>
    /// <param name="gpuDeviceId"><see cref="MLContext.GpuDeviceId"/>.</param>
    /// <param name="fallbackToCpu"><see cref="MLContext.FallbackToCpu"/>: the CPU instead of a missing GPU.</param>
    /// <param name="gpus">How many GPUs libtorch sees.</param>
    internal static TorchDevice Choose(string option, int? gpuDeviceId, bool fallbackToCpu, int gpus)
    {
        if (!DeviceOption.IsValid(option))
            throw new ArgumentException($"The device is '{option}'; expected {DeviceOption.Expected}.", nameof(option));
        if (option == "cpu" || (option == "auto" && gpuDeviceId is null && gpus == 0)) return Cpu(null);

        int wanted = DeviceOption.GpuNumber(option) ?? gpuDeviceId ?? 0;
        if (wanted >= 0 && wanted < gpus) return new TorchDevice(DeviceType.CUDA, wanted, null);

        bool named = DeviceOption.GpuNumber(option) is null && gpuDeviceId is not null;
        string asked = named ? $"Device '{option}' with MLContext.GpuDeviceId = {gpuDeviceId}" : $"Device '{option}'";
        string seen = gpus == 0 ? "libtorch sees no CUDA GPU" : $"libtorch sees {gpus} CUDA GPU(s), numbered from 0";
        if (fallbackToCpu) return Cpu($"{asked} was asked for, but {seen}: MLContext.FallbackToCpu, so on the CPU.");
        throw new InvalidOperationException(
            $"{asked} was asked for, but {seen}. Choose 'cpu', 'auto' or another number, set MLContext.FallbackToCpu "
            + "= true, or use TorchSharp-cuda-linux instead of TorchSharp-cpu on a machine with an NVIDIA driver.");
    }

    /// <summary>The device in TorchSharp's terms; libtorch is loaded from then on.</summary>
    public torch.Device ToTorch() => Type == DeviceType.CPU ? torch.CPU : torch.device(Type, Index);

    /// <summary>As in the options: "cpu" or "cuda:n".</summary>
    public override string ToString() => Type == DeviceType.CPU ? "cpu" : $"{DeviceOption.CudaPrefix}{Index}";

    private static TorchDevice Cpu(string? note) => new(DeviceType.CPU, -1, note);
}
