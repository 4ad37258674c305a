<?xml version="1.0"?>
<!-- Writes the agent's metadata as a man page, in the macros of man(7). -->
<xsl:stylesheet version="1.0"
                xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
                xmlns:str="http://exslt.org/strings"
                xmlns:roff="roff"
                exclude-result-prefixes="str roff">
<xsl:output method="text" encoding="UTF-8"/>

<xsl:param name="provider"/>
<xsl:param name="agent"/>
<xsl:param name="ask_programs"/>
<xsl:param name="state_directory"/>
<xsl:param name="documents"/>

<!-- Characters that roff reads as something else, or prints as another character. -->
<roff:escapes>
    <in>\</in><out>\e</out>
    <in>-</in><out>\-</out>
    <in>'</in><out>\(aq</out>
    <in>"</in><out>\(dq</out>
    <in>`</in><out>\(ga</out>
    <in>^</in><out>\(ha</out>
    <in>~</in><out>\(ti</out>
</roff:escapes>
<xsl:variable name="escapes" select="document('')/*/roff:escapes"/>
<xsl:variable name="spec" select="concat('ocf:', $provider, ':', /resource-agent/@name)"/>
<xsl:variable name="page" select="concat('ocf_', $provider, '_', /resource-agent/@name)"/>

<xsl:template match="/resource-agent">
    <xsl:text>.TH </xsl:text>
    <xsl:value-of select="str:replace($page, $escapes/in, $escapes/out)"/>
    <xsl:text> 7 "" "version </xsl:text>
    <xsl:value-of select="@version"/>
    <xsl:text>" "Resource agents of Pacemaker"
.nh
.ad l
.SH NAME
</xsl:text>
    <xsl:value-of select="$page"/>
    <xsl:text> \- </xsl:text>
    <xsl:apply-templates select="shortdesc"/>
    <xsl:text>
.SH SYNOPSIS
.B pcs resource create
.I RESOURCE
.B </xsl:text>
    <xsl:value-of select="$spec"/>
    <xsl:text>
.RI [ PARAMETER = VALUE "]... [" \fBpromotable\fP ]
.PP
.B </xsl:text>
    <xsl:value-of select="str:replace($agent, $escapes/in, $escapes/out)"/>
    <xsl:text>
.I ACTION
.SH DESCRIPTION
</xsl:text>
    <xsl:apply-templates select="longdesc">
        <xsl:with-param name="between">.PP&#10;</xsl:with-param>
    </xsl:apply-templates>
    <xsl:text>.SH PARAMETERS
All have defaults. A standard installation needs none of them if sr_check_user of pgpool.conf may log in to PostgreSQL; otherwise it needs
.BR backend_user .
</xsl:text>
    <xsl:apply-templates select="parameters/parameter"/>
    <xsl:text>.SH ACTIONS
With the timeouts and intervals that
.B pcs resource create
takes where nothing else is said.
</xsl:text>
    <xsl:apply-templates select="actions/action"/>
    <xsl:call-template name="what-the-metadata-does-not-say"/>
</xsl:template>

<xsl:template match="parameter">
    <xsl:text>.TP
.B </xsl:text>
    <xsl:value-of select="@name"/>
    <xsl:text>
</xsl:text>
    <xsl:apply-templates select="longdesc"/>
    <xsl:text>.RS
.PP
Type: </xsl:text>
    <xsl:value-of select="content/@type"/>
    <xsl:text>. Default: </xsl:text>
    <xsl:choose>
        <xsl:when test="content/@default = ''">empty.</xsl:when>
        <xsl:otherwise>
            <xsl:text>\fI</xsl:text>
            <xsl:value-of select="str:replace(content/@default, $escapes/in, $escapes/out)"/>
            <xsl:text>\fP.</xsl:text>
        </xsl:otherwise>
    </xsl:choose>
    <xsl:if test="@required = '1'"> It has to be set.</xsl:if>
    <xsl:if test="@unique = '1' or @unique-group"> Unique: no other resource may have the same value.</xsl:if>
    <xsl:if test="@reloadable = '1'"> Reloadable: a change restarts nothing.</xsl:if>
    <xsl:text>
.RE
</xsl:text>
</xsl:template>

<xsl:template match="action">
    <xsl:text>.TP
.B </xsl:text>
    <xsl:value-of select="str:replace(@name, $escapes/in, $escapes/out)"/>
    <xsl:text>
timeout </xsl:text>
    <xsl:value-of select="@timeout"/>
    <xsl:if test="@interval"><xsl:value-of select="concat(', interval ', @interval)"/></xsl:if>
    <xsl:if test="@depth"><xsl:value-of select="concat(', level ', @depth, ' (OCF_CHECK_LEVEL)')"/></xsl:if>
    <xsl:if test="@role"><xsl:value-of select="concat(', role ', @role)"/></xsl:if>
    <xsl:text>
</xsl:text>
</xsl:template>

<!-- Paragraphs are told by empty lines. -->
<xsl:template match="longdesc">
    <xsl:param name="between">.IP&#10;</xsl:param>
    <xsl:for-each select="str:split(normalize-space(str:replace(., '&#10;&#10;', ' &#182; ')), ' &#182; ')">
        <xsl:if test="position() > 1"><xsl:value-of select="$between"/></xsl:if>
        <xsl:text>\&amp;</xsl:text>
        <xsl:value-of select="str:replace(., $escapes/in, $escapes/out)"/>
        <xsl:text>&#10;</xsl:text>
    </xsl:for-each>
</xsl:template>

<xsl:template match="shortdesc">
    <xsl:value-of select="str:replace(., $escapes/in, $escapes/out)"/>
</xsl:template>

<xsl:template name="what-the-metadata-does-not-say">
    <xsl:text>.PP
.B monitor
looks at processes and sockets on level 0, also at node roles on level 10, and sends a query through pgpool on level 20.
.PP
By hand there are also:
.TP
.B status
The same as monitor.
.TP
.BR explain " [" --json "] [\fIRESOURCE\fP] [\fIPARAMETER\fP=\fIVALUE\fP...]"
As root, and without any effect: prints what there is, and what each action would do about it.
.TP
.BR unblock " [\fIRESOURCE\fP]"
Makes Pacemaker forget the history of a resource that is stopped on this node.
.TP
.BR accept-history " [" --give-up "] [\fIRESOURCE\fP]"
Shows what is given up if the only writable server is taken back although it was overtaken. With --give-up it does so.
.TP
.B usage
Lists the actions.
.PP
Parameters come in the environment, as
.BI OCF_RESKEY_ PARAMETER\fR.
.SH EXIT STATUS
.TP
.B 0
pgpool runs as a whole: the main process and its children run, and the listening sockets are theirs. Or the action has succeeded.
.TP
.B 1
Only a part of pgpool runs: orphans, a frozen main process, or a port that is not its own. Or pgpool refuses clients, or it cannot be told what
runs, or the action has failed in a way that a restart may cure.
.TP
.B 2
A parameter is not valid on this host (2, 4 and 5: start and validate-all).
.TP
.B 3
The agent has no such action.
.TP
.B 4
A permission is missing.
.TP
.B 5
The program or a file of pgpool is missing on this host.
.TP
.B 6
A parameter is not valid anywhere (start and validate-all), or an action cannot tell which pgpool is meant.
.TP
.B 7
It is certain that nothing of this pgpool runs. A stale pid file, or a stranger on the port, does not change that.
.TP
.B 8
The same as 0 for an instance that has the promoted role.
.TP
.B 9
The same as 1 for an instance that has the promoted role.
.TP
.B 190
pgpool serves, but needs a look: roles differ, a node is detached (level 10), or a query fails (level 20). Only a call by hand answers so.
Pacemaker is told 0, with the reason, and
.BR crm_mon (8)
shows the node attribute pgpool-state-RESOURCE with
.BR -A .
.TP
.B 191
The same as 190 for an instance that has the promoted role.
.PP
Each other answer than 0, 7 and 8 comes with a reason, which
.BR crm_mon (8)
shows.
.SH NODE ATTRIBUTES
.BR crm_mon (8)
shows with
.B -A
what the agent tells the cluster about each node:
.TP
.BI master- RESOURCE
The promotion score of an instance of a promotable clone: 1000 times the timeline of the primary to which its pgpool sends writes, plus 500 if
that primary is on its own site.
.TP
.BI pgpool-rank- RESOURCE
The same number for a primitive.
.TP
.BI pgpool-state- RESOURCE
What needs a look. It disappears when it is resolved.
.PP
The agent sets no attribute for isolation. It reads that of
.BR ocf_pacemaker_ping (7)
which
.B isolation_attribute
names: a node can only be isolated while the value is below
.BR isolation_below .
An isolated node has the reason in pgpool-state-RESOURCE until pgpool is stopped there.
.PP
The newest history that was served is the property pgpool-history-RESOURCE of the cluster.
.PP
The side that goes on, while the network of node a is cut, with the recipe
.IR promotable\-with\-vip :
.PP
.EX
    Node List:
      * Online: [ c ]
      * OFFLINE: [ a ]
.sp
    Node Attributes:
      * Node: c:
        * master\-pgpool        : 2500
        * pgpool\-state\-pgpool  : node 0 (10.0.0.1:5432) is detached: no answer in time
        * pingd                : 2
.EE
.SH FILES
.TP
.I </xsl:text>
    <xsl:value-of select="str:replace($state_directory, $escapes/in, $escapes/out)"/>
    <xsl:text>
What the agent knows until the next boot: which process it has started, with which ports and sockets. Only root can enter it.
.TP
.I </xsl:text>
    <xsl:value-of select="str:replace(concat($state_directory, '-pcp'), $escapes/in, $escapes/out)"/>
    <xsl:text>
The pcp.conf with the agent's own PCP account, for a pgpool without
.BR pcp_user .
.TP
.I </xsl:text>
    <xsl:value-of select="str:replace($ask_programs, $escapes/in, $escapes/out)"/>
    <xsl:text>
Ask PCP and PostgreSQL on the agent's behalf; not for use by hand.
.TP
.I </xsl:text>
    <xsl:value-of select="str:replace(concat($documents, '/examples'), $escapes/in, $escapes/out)"/>
    <xsl:text>
Below /usr or /usr/local: complete configurations, as scripts that can be run.
.TP
.I </xsl:text>
    <xsl:value-of select="str:replace($documents, $escapes/in, $escapes/out)"/>
    <xsl:text>
There too: what happens at a cut of the network and what to configure around it, node roles, versions, security.
.SH EXAMPLES
pgpool on one node at a time:
.PP
.EX
    pcs resource create pgpool </xsl:text>
    <xsl:value-of select="$spec"/>
    <xsl:text>
.EE
.PP
pgpool warm on every node, promoted where the newest primary is, with a group's address there as in the example
.IR promotable\-with\-vip :
.PP
.EX
    pcs resource create pgpool </xsl:text>
    <xsl:value-of select="$spec"/>
    <xsl:text> isolation_attribute=pingd promotable
.EE
.PP
Whether the parameters hold on this host:
.PP
.EX
    OCF_CHECK_LEVEL=10 </xsl:text>
    <xsl:value-of select="str:replace($agent, $escapes/in, $escapes/out)"/>
    <xsl:text> validate\-all
.EE
.SH SEE ALSO
.BR pgpool (8),
.BR pcs (8),
.BR crm_mon (8),
.BR ocf_pacemaker_ping (7),
.BR ocf_heartbeat_IPaddr2 (7)
</xsl:text>
</xsl:template>

</xsl:stylesheet>
