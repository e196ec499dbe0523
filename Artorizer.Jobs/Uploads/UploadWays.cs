namespace Artorizer.Jobs.Uploads;

/// <summary>How the bytes of an upload come in.</summary>
public static class UploadWays
{
    /// <summary>One PUT straight to the store, by a presigned URL.</summary>
    public const string Presigned = "presigned";

    /// <summary>tus 1.0.0.</summary>
    public const string Tus = "tus";

    /// <summary>Binary messages of a WebSocket.</summary>
    public const string WebSocket = "websocket";
}
