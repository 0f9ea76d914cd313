namespace SswpNas.MLNet.Reports;

/// <summary>The images to look at: where the model was sure and wrong, and where it could not decide.</summary>
internal static class ImageGallery
{
    /// <summary>Images of less pixels are enlarged without smoothing.</summary>
    private const int Tiny = 96;

    public static void Draw(Markup page, ReportTest test)
    {
        bool hasMaps = test.Mistakes.Concat(test.Doubtful).Any(image => image.Map is not null);
        if (test.Mistakes.Count > 0)
        {
            page.Element("h3", "The surest mistakes");
            page.Element(
                "p", "What the model said with the highest probability, and was wrong. Wrong labels are often among them."
                + (hasMaps ? " Orange in the second picture: the places that spoke for the class that the model said." : ""));
            Gallery(page, test, test.Mistakes, hasMaps);
        }

        if (test.Doubtful.Count == 0) return;
        page.Element("h3", "The most doubtful images");
        page.Element("p", "The two likeliest classes are nearest here, whether the model was right or wrong. Labels of images like these teach it most.");
        Gallery(page, test, test.Doubtful, hasMaps);
    }

    private static void Gallery(Markup page, ReportTest test, IReadOnlyList<ReportImage> images, bool hasMaps)
    {
        using (page.In("div", ("class", hasMaps ? "pictures pairs" : "pictures")))
        {
            foreach (ReportImage image in images)
            {
                ReportAnswer answer = image.Answer;
                string truth = test.Classes[answer.Label], said = test.Classes[answer.Predicted];
                using (page.In("figure"))
                {
                    using (page.In("div"))
                    {
                        Picture(page, image.Png, image.Width, $"Image of the class {truth}, {(answer.IsRight ? "named correctly" : $"taken for {said}")}");
                        if (image.Map is not null) Picture(page, image.Map, image.Width, $"The places of the image that spoke for {said}");
                    }

                    Caption(page, answer, truth, said, test);
                }
            }
        }
    }

    private static void Picture(Markup page, byte[] png, int width, string words) => page.Single(
        "img", ("src", $"data:image/png;base64,{Convert.ToBase64String(png)}"), ("width", width), ("height", width),
        ("class", width < Tiny ? "tiny" : "large"), ("alt", words));

    private static void Caption(Markup page, ReportAnswer answer, string truth, string said, ReportTest test)
    {
        using (page.In("figcaption"))
        {
            page.Element("strong", said);
            page.Text($" {Percent(answer.Probability)}");
            if (answer.Second >= 0) page.Element("span", $"or {test.Classes[answer.Second]} {Percent(answer.SecondProbability)}");
            page.Element("span", answer.IsRight ? "right" : $"is {truth}", ("class", answer.IsRight ? "right" : "wrong-name"));
        }
    }

    // A figure and its sign stay on one line.
    private static string Percent(double part) => $"{ReportText.Number(100 * part, "0")}\u00a0%";
}
