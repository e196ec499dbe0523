namespace Artorizer.Processor.Engine;

/// <summary>Names of the steps that are not analyzers or protection stages.</summary>
public static class StepNames
{
    /// <summary>Receives the original.</summary>
    public const string Fetch = "fetch";

    /// <summary>Decodes it.</summary>
    public const string Decode = "decode";

    /// <summary>Writes the protected image.</summary>
    public const string Encode = "encode";

    /// <summary>Opens the protected image as whoever gets it does, and looks for what must be in it.</summary>
    public const string Verify = "verify";

    /// <summary>Compares it, as delivered, with the original.</summary>
    public const string Mask = "mask";

    /// <summary>Writes the thumbnail.</summary>
    public const string Thumbnail = "thumbnail";

    /// <summary>Writes the reports.</summary>
    public const string Report = "report";

    /// <summary>Delivers the files.</summary>
    public const string Store = "store";
}
