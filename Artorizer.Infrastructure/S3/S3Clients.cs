using Amazon.Runtime;
using Amazon.S3;

namespace Artorizer.Infrastructure.S3;

/// <summary>Makes clients with the settings that AWS, MinIO and Ceph all take.</summary>
internal static class S3Clients
{
    /// <summary>A client for the server.</summary>
    public static IAmazonS3 Create(S3Options options) => Create(options, options.Endpoint, NewHttpClient(options.RequestTimeout));

    /// <summary>A client whose presigned URLs lead to the public address; it sends nothing itself.</summary>
    public static IAmazonS3 CreatePublic(S3Options options) => Create(options, options.PublicEndpoint ?? options.Endpoint, http: null);

    private static AmazonS3Client Create(S3Options options, string? endpoint, HttpClient? http)
    {
        var config = new AmazonS3Config
        {
            ForcePathStyle = options.UsesPathStyle,
            AuthenticationRegion = options.Region,
            MaxErrorRetry = options.Retries,
            RetryMode = RequestRetryMode.Standard,
            BufferSize = 128 * 1024,
            // Checksums beyond these come as trailers, which older servers store as part of the object.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
        };
        if (http is not null)
        {
            config.HttpClientFactory = new SharedHttpClient(http);
        }

        if (endpoint is not null)
        {
            config.ServiceURL = endpoint;
            config.UseHttp = endpoint.StartsWith("http:", StringComparison.OrdinalIgnoreCase);
        }
        else
        {
            config.RegionEndpoint = Amazon.RegionEndpoint.GetBySystemName(options.Region);
        }

        return string.IsNullOrEmpty(options.AccessKey)
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    // Limits on connecting and on the age of connections, so that a server that has moved is found.
    private static HttpClient NewHttpClient(TimeSpan timeout) => new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    })
    {
        Timeout = timeout,
    };

    /// <summary>One HTTP client for all requests, as long as the process lives.</summary>
    private sealed class SharedHttpClient(HttpClient client) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }
}
