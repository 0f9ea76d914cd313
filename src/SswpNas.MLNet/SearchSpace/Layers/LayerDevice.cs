using static TorchSharp.torch;

namespace SswpNas.MLNet.SearchSpace.Layers;

/// <summary>Puts a layer's tensors onto a device.</summary>
internal static class LayerDevice
{
    public static void Move(Layer layer, Device device) => layer.Visit("", (_, tensor) => tensor.MoveTo(device));
}
