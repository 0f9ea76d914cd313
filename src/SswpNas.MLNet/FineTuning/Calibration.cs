namespace SswpNas.MLNet;

/// <summary>
/// Temperature scaling (Guo et al., ICML 2017): what the classifier's logits are divided by, so that probabilities say how often they
/// are right. It changes no predicted label. It is a part of the exported graph.
/// </summary>
/// <param name="Temperature">
/// The divisor: above 1 where the network was too sure of itself. Chosen for the likelihood of images that were not learnt from.
/// </param>
/// <param name="Images">Images that it was chosen by: the validation part, or those given to <see cref="SswpNasCatalog.Calibrate"/>.</param>
/// <param name="ErrorBefore">The expected calibration error (15 bins) of these at a temperature of 1, 0 to 1.</param>
/// <param name="ErrorAfter">The same at the chosen temperature; of the images that it was chosen by, so rather too low.</param>
public sealed record Calibration(double Temperature, int Images, double ErrorBefore, double ErrorAfter)
{
    internal string ToLine(string images) => string.Create(
        CultureInfo.InvariantCulture,
        $"Logits are divided by {Temperature:F2}: calibration error of {Images} {images} {ErrorBefore:F3} before, {ErrorAfter:F3} after.");
}
