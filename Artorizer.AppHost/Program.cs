// The topology of containers and projects comes with the providers for Redis, RabbitMQ and S3; until then there is nothing
// that this edition could start. Saying so is better than starting services that cannot find each other's jobs.
Console.Error.WriteLine(
    "The Aspire topology is not part of this version. Run the embedded edition: ./run.sh, or dotnet run --project Artorizer.AppHost -p:Edition=Embedded");
return 1;
