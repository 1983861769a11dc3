using CareerPlatform.Contracts.Identity;
using CareerPlatform.Identity;
using CareerPlatform.Identity.Domain;
using CareerPlatform.Identity.Features.Access;
using CareerPlatform.Identity.Features.Clients;
using CareerPlatform.Identity.Features.Families;
using CareerPlatform.Identity.Features.Organisations;
using CareerPlatform.Identity.Features.People;
using CareerPlatform.Identity.Features.Sessions;
using CareerPlatform.Identity.Features.Tokens;
using CareerPlatform.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults("identity");
builder.AddDatabase("identitydb", typeof(TokenWriter).Assembly);
builder.AddMessaging("identity", bus => bus
    .Publishes<AccessChanged>()
    .Logs<OrganisationRegistered>().Logs<PersonRegistered>().Logs<RoleGranted>().Logs<RoleWithdrawn>()
    .Logs<ClientRegistered>().Logs<ClientSecretRotated>().Logs<ClientSecretLeaked>().Logs<SigningKeyReplaced>());
builder.AddIdentity();

var app = builder.Build();
if (await app.RunMigrationsOnly()) return;
app.UseServiceDefaults();
app.UsePagesAsSeenOutside();

DiscoverAuthority.Map(app);
IssueClientToken.Map(app);
SignIn.Map(app);
SignOut.Map(app);
IssueSessionToken.Map(app);
ChangePassword.Map(app);
MakeFamilyCode.Map(app);
SignInFamily.Map(app);
RegisterOrganisation.Map(app);
ListOrganisations.Map(app);
RegisterPerson.Map(app);
ListPeople.Map(app);
GrantRole.Map(app);
WithdrawRole.Map(app);
RegisterClient.Map(app);
ListClients.Map(app);
RotateClientSecret.Map(app);
RevokeAccess.Map(app);
RestoreAccess.Map(app);
ListRevocations.Map(app);
RotateSigningKey.Map(app);
app.Run();
