// What the agent is compared with: linked as it is, and done at once.
int main() {}
