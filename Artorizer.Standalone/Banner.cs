namespace Artorizer.Standalone;

/// <summary>Tells where everything is, once jobs are taken.</summary>
internal static class Banner
{
    public static void Print(StandaloneOptions options) => Console.WriteLine($"""

          Artorizer is ready (standalone).

            Web page   {options.LocalUrl}
            HTTP API   {options.LocalUrl}openapi/v1.json
            gRPC       http://{options.LocalHost}:{options.GrpcPort}
            Data       {Path.GetFullPath(options.Data)}

          Try it:

            curl -F image=@picture.jpg -F artist_name='Ada' -F artwork_title='First light' {options.LocalUrl}protect

          Ctrl-C stops it; what was accepted is kept.

        """);
}
